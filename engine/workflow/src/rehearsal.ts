/** Milliseconds since 1970-01-01T00:00:00Z. */
type Instant = number;

/** What a transfer was held up by. */
export type Bottleneck =
  | { readonly kind: "link"; readonly link: string; readonly from: string }
  | { readonly kind: "disk"; readonly backing: string; readonly does: "read" | "write" }
  /** The program that moves the bytes takes no more: one stream, one CPU, a limit that was asked for. */
  | { readonly kind: "stream"; readonly bytesPerSecond: number };

/** One bar or mark of a timeline; `ms` is left out of what has not ended. */
export type Happening = { readonly at: Instant; readonly ms?: number } & (
  | {
      readonly kind: "action";
      readonly id: string;
      readonly what: string;
      readonly outcome: "done" | "skipped" | "failed" | "unfinished";
      readonly why?: string;
    }
  | {
      readonly kind: "task";
      readonly type: string;
      readonly node: string;
      /** The guest or storage that it is about, as the task names it; empty where it names none. */
      readonly id: string;
      readonly name?: string;
      /** `OK`, a warning, or the error. */
      readonly end: string;
      readonly bytes: number;
      /** What held its transfers up for the longest, and for which share of their time. */
      readonly bottleneck?: { readonly by: Bottleneck; readonly share: number };
    }
  | { readonly kind: "fault"; readonly what: string }
  | { readonly kind: "node"; readonly node: string; readonly state: string }
  | { readonly kind: "quorum"; readonly votes: number; readonly needed: number }
  | { readonly kind: "ha"; readonly resource: string; readonly state: string; readonly node: string }
  | {
      readonly kind: "outage";
      readonly vmid: number;
      readonly name: string;
      readonly from: string;
      readonly to?: string;
      /** How old the data is that it came back with, where it did not come back with its own. */
      readonly lostMs?: number;
    }
  | { readonly kind: "note"; readonly what: string }
);

/** The most that something carried. `share` is of its capacity. */
export type Peak = { readonly share: number; readonly at: Instant };

export type NodePeaks = {
  readonly node: string;
  readonly cpu: Peak;
  /** In use, as measured. */
  readonly memory: Peak;
  /** Given to the guests that run there. */
  readonly given: Peak;
};

export type FlowPeak = {
  readonly of: Exclude<Bottleneck, { kind: "stream" }>;
  readonly peak: Peak;
  readonly bytes: number;
  /** For how long it was full. */
  readonly fullMs: number;
};

export type ObjectiveMeasured = {
  readonly scenario: string;
  readonly title: string;
  readonly measure: "RTO" | "RPO";
  /** Seconds. */
  readonly objective: number;
  /** Seconds; absent where it never came back, or nothing that was left could bring it back. */
  readonly measured?: number;
  readonly verdict: "met" | "missed";
  readonly why: string;
};

/** What came of running a script on the twin: plain JSON. The same world, script, faults and seed give the same bytes. */
export type Rehearsal<R = unknown> = {
  readonly kind: "rehearsal";
  readonly format: 1;
  readonly seed: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome:
    | { readonly kind: "done"; readonly result: R }
    | { readonly kind: "failed"; readonly why: string }
    /** It had not ended when the rehearsal was to. */
    | { readonly kind: "unfinished"; readonly why: string };
  readonly timeline: readonly Happening[];
  readonly nodes: readonly NodePeaks[];
  readonly flows: readonly FlowPeak[];
  /** Votes above what quorum needs, where they were fewest; below zero it was lost. Absent where a node stands alone. */
  readonly quorum?: {
    readonly margin: number;
    readonly votes: number;
    readonly needed: number;
    readonly at: Instant;
  };
  readonly objectives: readonly ObjectiveMeasured[];
  /** Requests that the script made. */
  readonly requests: number;
};
