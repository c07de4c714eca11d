/** What the queue holds: things that will happen at a time. An older `turn` than that of its object is stale. */
export type Happening =
  | { kind: "task"; upid: string; turn: number }
  | { kind: "flow"; flow: number; turn: number }
  /** A flow that stands still is given up. */
  | { kind: "stall"; flow: number; turn: number };

/** `order` breaks ties: of two events at one time, the one that was put in first comes first. */
export type WorldEvent = { at: number; order: number; what: Happening };
