/** What the queue holds: things that will happen at a time. An older `turn` than that of its object is stale. */
export type Happening =
  | { kind: "task"; upid: string; turn: number }
  | { kind: "flow"; flow: number; turn: number }
  /** A flow that stands still is given up. */
  | { kind: "stall"; flow: number; turn: number }
  /** A node's boot ends; `mark` is when it was to. */
  | { kind: "node"; node: string; mark: number }
  | { kind: "autostart"; node: string; since: number }
  /** Corosync agrees on a membership. */
  | { kind: "corosync" }
  /** A round of the HA managers. */
  | { kind: "ha"; at: number }
  /** A watchdog that was not fed since. */
  | { kind: "watchdog"; node: string; since: number }
  | { kind: "fault"; id: string; edge: "begin" | "end" }
  /** The schedulers of the nodes look what is due. */
  | { kind: "schedule"; at: number };

/** `order` breaks ties: of two events at one time, the one that was put in first comes first. */
export type WorldEvent = { at: number; order: number; what: Happening };
