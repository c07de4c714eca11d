import type { Labels, Sample } from "@orrery/alerting";

/** What one look brought that is worth keeping. `at`: epoch milliseconds. */
export type HistoryLook = { readonly cluster: string; readonly at: number; readonly samples: readonly Sample[] };

/** Takes what is to be kept. */
export type HistorySink = {
  /** Resolves once it is kept; rejects where it is not, and may be called again with the same. */
  readonly append: (look: HistoryLook) => Promise<void>;
};

/** Times are epoch milliseconds, `from` is in, `to` is not; `step`: milliseconds that a point is to cover. */
export type HistoryQuestion = {
  readonly cluster: string;
  readonly metric: string;
  /** Only series that have these. */
  readonly labels: Labels;
  readonly from: number;
  readonly to: number;
  readonly step: number;
};

/** A point each step; null where nothing was measured in it. */
export type HistoryPoints = {
  readonly avg: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
};

export type HistoryAnswer = {
  /** The start of the first point, and the end of the last: multiples of the step. */
  readonly from: number;
  readonly to: number;
  /** As asked, or longer where nothing finer is kept. */
  readonly step: number;
  readonly series: readonly (HistoryPoints & { readonly labels: Labels })[];
};

/** Tells what was kept. */
export type HistorySource = { readonly query: (question: HistoryQuestion) => Promise<HistoryAnswer> };
