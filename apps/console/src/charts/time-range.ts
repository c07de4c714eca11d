/** Spans that end now, by what the address says; milliseconds. */
export const spans = {
  "1h": 3_600_000,
  "6h": 6 * 3_600_000,
  "1d": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
  "1y": 365 * 86_400_000,
} as const;
export type Span = keyof typeof spans;

export const usualSpan: Span = "1h";

/**
 * The stretch of time that a page's charts show, as its address has it: a span that ends now, or from one moment to
 * another. `compare` draws the same stretch before it too. Epoch milliseconds.
 */
export type TimeSearch = {
  readonly span?: Span;
  readonly from?: number;
  readonly to?: number;
  readonly compare?: true;
};

export type TimeRange = { readonly from: number; readonly to: number };

const isSpan = (given: unknown): given is Span => typeof given === "string" && Object.hasOwn(spans, given);

const moment = (given: unknown): number | undefined =>
  typeof given === "number" && Number.isSafeInteger(given) && given > 0 && given < 8e12 ? given : undefined;

/** Reads what charts want of an address, for a route's `validateSearch`; what cannot be read is left out. */
export const readTimeSearch = (search: Readonly<Record<string, unknown>>): TimeSearch => {
  const [from, to] = [moment(search.from), moment(search.to)];
  const compare = search.compare === true ? { compare: true as const } : {};
  if (from !== undefined && to !== undefined && from < to) return { from, to, ...compare };
  return { ...(isSpan(search.span) && search.span !== usualSpan ? { span: search.span } : {}), ...compare };
};

/** Whether it ends now, and goes on with it. */
export const isRunning = ({ from, to }: TimeSearch): boolean => from === undefined || to === undefined;

export const rangeOf = ({ span = usualSpan, from, to }: TimeSearch, now: number): TimeRange =>
  from === undefined || to === undefined ? { from: now - spans[span], to: now } : { from, to };

/** The stretch of the same length before it. */
export const before = ({ from, to }: TimeRange): TimeRange => ({ from: 2 * from - to, to: from });

/** The least that can be zoomed into: history has a point each ten seconds. Milliseconds. */
const least = 60_000;

/** A stretch that was chosen, whole seconds, at least a minute long. */
export const chosen = ({ from, to }: TimeRange): Required<Pick<TimeSearch, "from" | "to">> => {
  const middle = (from + to) / 2;
  const half = Math.max(least, to - from) / 2;
  return { from: Math.round((middle - half) / 1000) * 1000, to: Math.round((middle + half) / 1000) * 1000 };
};

/** The range moved by a share of its length, and made as many times as long; never beyond now. */
export const moved = ({ from, to }: TimeRange, by: number, times: number, now: number): TimeRange => {
  const length = Math.min((to - from) * times, spans["1y"]);
  const middle = (from + to) / 2 + (to - from) * by;
  const end = Math.min(now, middle + length / 2);
  return { from: end - length, to: end };
};
