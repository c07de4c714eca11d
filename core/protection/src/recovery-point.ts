import type { Instant, Seconds } from "@orrery/model";
import { distinct, elapsed, exactly, type Figure, sumOf, type Term } from "./figure.ts";
import { longestBetween, type Runs } from "./runs.ts";

/** One kind of copy of something: when it begins, how long until it can be restored from, how long it is kept. */
export type CopyStream = {
  /** `nightly on pbs`. */
  readonly name: string;
  readonly runs: Runs;
  /** From the start of a run until the copy can be restored from. */
  readonly delay: readonly Term[];
  /** A copy is there until this long after its start; for ever where left out, or as long as it is the newest. */
  readonly keeps?: Seconds;
};

type Copy = {
  readonly stream: CopyStream;
  /** The moment that the copy shows. */
  readonly start: Instant;
  readonly complete: Instant;
  readonly until: Instant;
};

/** Most favourable, or least, of all that the unknowns allow. */
type Outlook = "best" | "worst";

const delayOf = (stream: CopyStream, outlook: Outlook): number | undefined => {
  let sum = 0;
  for (const { span } of stream.delay) {
    const seconds = outlook === "best" ? span.least : span.most;
    if (seconds === undefined) return undefined;
    sum += seconds * 1_000;
  }
  return sum;
};

/** A stream's copies, or undefined where the worst outlook has no end: the stream then counts for nothing. */
const copiesOf = (stream: CopyStream, outlook: Outlook): Copy[] | undefined => {
  const delay = delayOf(stream, outlook);
  if (delay === undefined) return undefined;
  const keeps = stream.keeps === undefined ? Number.POSITIVE_INFINITY : stream.keeps * 1_000;
  return stream.runs.spans.map(({ start, end }) =>
    outlook === "best"
      ? { stream, start: end, complete: start + delay, until: end + keeps }
      : { stream, start, complete: end + delay, until: start + keeps },
  );
};

type Worst =
  | { readonly kind: "age"; readonly age: number; readonly newest: Copy; readonly next?: Copy }
  | { readonly kind: "gap"; readonly from: Instant; readonly to: Instant; readonly after: Copy };

type Event = { readonly at: Instant; readonly adds?: Copy; readonly ends?: Copy };

/**
 * The worst age of the newest copy that is there, over all moments at which every stream has begun; or the first stretch
 * in which there is none. Sweeps the moments at which a copy is completed or removed: the age is worst just before.
 */
const sweep = (lists: readonly (readonly Copy[])[]): Worst | undefined => {
  const events: Event[] = [];
  let warm = Number.NEGATIVE_INFINITY;
  let last = Number.POSITIVE_INFINITY;
  for (const copies of lists) {
    for (const [index, copy] of copies.entries()) {
      events.push({ at: copy.complete, adds: copy });
      const next = copies[index + 1];
      if (next !== undefined && copy.until < next.complete) events.push({ at: copy.until, ends: copy });
    }
    warm = Math.max(warm, copies[0]?.complete ?? warm);
    last = Math.min(last, copies.at(-1)?.complete ?? last);
  }
  events.sort((a, b) => a.at - b.at);
  const latest = new Map<CopyStream, Copy>();
  let worst: Extract<Worst, { kind: "age" }> | undefined;
  let emptySince: { at: Instant; after: Copy } | undefined;
  for (const { at, adds, ends } of events) {
    if (at > last) break;
    if (at > warm) {
      let newest: Copy | undefined;
      for (const copy of latest.values()) {
        if (copy.until >= at && (newest === undefined || copy.start > newest.start)) newest = copy;
      }
      if (newest === undefined && emptySince !== undefined && at > emptySince.at)
        return { kind: "gap", from: emptySince.at, to: at, after: emptySince.after };
      if (newest !== undefined) {
        // A copy whose moment is open (best outlook) may show any moment up to its end.
        const age = at - Math.min(newest.start, at);
        if (worst === undefined || age > worst.age)
          worst = { kind: "age", age, newest, ...(adds === undefined ? {} : { next: adds }) };
      }
    }
    if (adds !== undefined) {
      latest.set(adds.stream, adds);
      emptySince = undefined;
    }
    if (ends !== undefined && latest.get(ends.stream) === ends) {
      latest.delete(ends.stream);
      if (latest.size === 0) emptySince = { at, after: ends };
    }
  }
  return worst;
};

/** What some interval must be at the least, whenever the unknown moments are: so many runs cannot all be closer. */
const sure = (streams: readonly CopyStream[]): Seconds => {
  const [only] = streams;
  if (only !== undefined && streams.length === 1) return longestBetween(only.runs).least;
  let count = 0;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { runs } of streams) {
    count += runs.spans.length;
    from = Math.min(from, runs.spans[0]?.end ?? from);
    to = Math.max(to, runs.spans.at(-1)?.start ?? to);
  }
  return count < 2 ? 0 : Math.max(0, Math.floor((to - from) / 1_000 / (count - 1)));
};

type Bound = { readonly who: string; readonly terms: readonly Term[] };

/** What the age is made of at the worst moment, all unknowns turned to the best. */
const leastOf = (worst: Extract<Worst, { kind: "age" }>, streams: readonly CopyStream[]): Bound => {
  const { newest, next } = worst;
  const even = sure(streams);
  if (next === undefined && worst.age / 1_000 >= even)
    return {
      who: newest.stream.name,
      terms: [{ label: "until the next newer copy is pruned", span: exactly(worst.age / 1_000) }],
    };
  const stream = (next ?? newest).stream;
  const between = (worst.age - (delayOf(stream, "best") ?? 0)) / 1_000;
  // Whatever the moments are, nothing newer is there before the quickest of the next runs is done.
  const quickest = streams.reduce((a, b) => ((delayOf(b, "best") ?? 0) < (delayOf(a, "best") ?? 0) ? b : a), stream);
  if (worst.age < even * 1_000 + (delayOf(quickest, "best") ?? 0))
    return {
      who: quickest.name,
      terms: [
        { label: streams.length === 1 ? "between runs" : "between runs on average", span: exactly(even) },
        ...quickest.delay,
      ],
    };
  return between >= 0
    ? { who: stream.name, terms: [{ label: "between runs", span: exactly(between) }, ...stream.delay] }
    : {
        who: newest.stream.name,
        terms: [{ label: "until a newer copy is there", span: exactly(worst.age / 1_000) }],
      };
};

/** The worst age with all unknowns turned to the worst; undefined where it has no bound, or there may be no copy at all. */
const mostOf = (streams: readonly CopyStream[]): Seconds | undefined => {
  const bounded = streams.flatMap((stream) => {
    const copies = copiesOf(stream, "worst");
    return copies === undefined ? [] : [copies];
  });
  const worst = sweep(bounded);
  return worst?.kind === "age" ? worst.age / 1_000 : undefined;
};

/**
 * How old the newest copy is at the worst moment. A copy counts from when it can be restored from until it is pruned, and
 * is as old as the start of its run.
 *
 * @param streams the copies that survive; with none there is nothing to recover from
 * @returns a lower bound where a run time, an upload or an hour is unknown; an upper one beside it where that can be said
 */
export const worstAge = (streams: readonly CopyStream[]): Figure => {
  const begun = streams.filter(({ runs }) => runs.spans.length > 0);
  if (begun.length === 0)
    return { kind: "none", why: streams.length === 0 ? "no copy survives" : "no copy is ever made" };
  const best = sweep(begun.map((stream) => copiesOf(stream, "best") ?? []));
  if (best === undefined) return { kind: "unknown", missing: ["its schedule runs too seldom to tell"] };
  if (best.kind === "gap") {
    const kept = elapsed(best.after.stream.keeps ?? 0);
    const empty = elapsed((best.to - best.from) / 1_000);
    return {
      kind: "none",
      why: `${best.after.stream.name}: a copy is pruned after ${kept}, and for ${empty} there is none`,
    };
  }
  const { who, terms } = leastOf(best, begun);
  const sum = sumOf(terms);
  if (sum.kind !== "known" && sum.kind !== "at least") return sum;
  const seconds = sum.seconds;
  const arithmetic = `${who}: ${sum.arithmetic}`;
  const atMost = mostOf(begun);
  const blamed = sum.kind === "at least" ? begun.filter(({ name }) => name === who) : begun;
  if (sum.kind === "known" && atMost === seconds) return { kind: "known", seconds, arithmetic };
  return {
    kind: "at least",
    seconds,
    strictly: sum.kind === "at least" && sum.strictly,
    ...(atMost === undefined ? {} : { atMost }),
    missing: distinct(
      blamed.flatMap(({ runs, delay }) => [
        ...(runs.missing === undefined ? [] : [runs.missing]),
        ...delay.flatMap(({ span }) => span.missing),
      ]),
    ),
    arithmetic,
  };
};
