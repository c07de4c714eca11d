/**
 * What can go wrong, as data: asked for by scenario files, the CLI, the console and tests in the same words.
 * `until` is absent where the fault lasts until somebody clears it.
 */
export type FaultKind =
  | { kind: "loses-power" }
  | { kind: "hangs" }
  | { kind: "is-partitioned" }
  | { kind: "is-lost" }
  /** A link or backing works at this share of its speed. */
  | { kind: "is-slow"; factor: number }
  | { kind: "fails" }
  | { kind: "fills"; bytes: number }
  | { kind: "stays-locked"; lock: string }
  | { kind: "crashes" }
  | { kind: "agent-dies" }
  | { kind: "ignores-shutdown" }
  /** The next task of this type on the subject fails at this share of its course. */
  | { kind: "task-fails"; type: string; at: number; message: string }
  /** Requests whose path starts with the subject's path; the API applies it. */
  | {
      kind: "api";
      effect: { kind: "error"; status: number; reason: string } | { kind: "delay"; ms: number } | { kind: "reset" };
    }
  | { kind: "clock-wrong"; byMs: number }
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

export type Fault = {
  id: string;
  subject: Subject;
  what: FaultKind;
  at: number;
  until?: number;
  state: "pending" | "active" | "over";
};
