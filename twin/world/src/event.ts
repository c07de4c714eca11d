/** What the queue holds: things that will happen at a time. */
export type Happening =
  | { kind: "task"; upid: string; turn: number }
  | { kind: "flow"; flow: number; turn: number }
  | { kind: "node"; node: string; since: number }
  | { kind: "corosync" }
  | { kind: "ha" }
  | { kind: "watchdog"; node: string; since: number }
  | { kind: "backup-job"; id: string; run: number }
  | { kind: "replication-job"; id: string; run: number }
  | { kind: "fault"; id: string; edge: "begin" | "end" };

/** `order` breaks ties: of two events at one time, the one that was put in first comes first. */
export type WorldEvent = { at: number; order: number; what: Happening };
