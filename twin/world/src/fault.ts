/**
 * What can go wrong, as data: asked for by scenario files, the CLI, the console and tests in the same words.
 * Each says on what it can befall.
 */
export type FaultKind =
  /** A node: off at once; it boots when the fault ends. */
  | { kind: "loses-power" }
  /** A node: answers nothing more. */
  | { kind: "hangs" }
  /** Nodes: cut off from all others, not from one another. */
  | { kind: "is-partitioned"; with?: string[] }
  /** A switch or a link. */
  | { kind: "is-lost" }
  /** A link or a backing works at this share of its speed. */
  | { kind: "is-slow"; factor: number }
  /** A disk or a backing. */
  | { kind: "fails" }
  /** A backing: so many bytes more lie on it, at most until it is full. */
  | { kind: "fills"; bytes: number }
  /** A guest: a lock that nobody takes away. */
  | { kind: "stays-locked"; lock: string }
  /** A guest: its process is gone. */
  | { kind: "crashes" }
  /** A guest: it stops, and what is on its disks cannot be had any more, nor comes back when the fault ends. */
  | { kind: "loses-disks" }
  | { kind: "agent-dies" }
  | { kind: "ignores-shutdown" }
  /** A guest or a node: the next task of this type fails at this share of its bytes, 0 to 1. */
  | { kind: "task-fails"; type: string; share: number; message: string }
  /** Requests whose path begins with the subject's; the API applies it. */
  | { kind: "api-fails"; status: number; reason: string }
  | { kind: "api-delays"; ms: number }
  | { kind: "api-resets" }
  /** A node: its own clock is ahead by so much. */
  | { kind: "clock-wrong"; byMs: number }
  /** A node: its certificate is no longer valid. */
  | { kind: "certificate-expires" };

/** What a fault befalls. */
export type Subject =
  | { kind: "node"; node: string }
  | { kind: "guest"; vmid: number }
  | { kind: "link"; link: string }
  | { kind: "switch"; switch: string }
  | { kind: "backing"; backing: string }
  | { kind: "disk"; node: string; devpath: string }
  | { kind: "path"; path: string };

/** `node node01`, `disk node05:/dev/sdb`: as a person names it. */
export const subjectText = (subject: Subject): string => {
  switch (subject.kind) {
    case "node":
      return `node ${subject.node}`;
    case "guest":
      return `guest ${subject.vmid}`;
    case "link":
      return `link ${subject.link}`;
    case "switch":
      return `switch ${subject.switch}`;
    case "backing":
      return `backing ${subject.backing}`;
    case "disk":
      return `disk ${subject.node}:${subject.devpath}`;
    case "path":
      return `path ${subject.path}`;
  }
};

/** Times are epoch milliseconds; without `until` it lasts until it is cleared. */
export type Fault = {
  id: string;
  subject: Subject;
  what: FaultKind;
  at: number;
  until?: number;
  state: "pending" | "active" | "over";
  /** What it changed, to be put back. */
  before: number;
};
