import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import { unpackTrack } from "./close.ts";
import type { Keep } from "./keep.ts";
import { closings, isMoved } from "./partition.ts";
import { type RollupPoint, unpackDay } from "./rollup.ts";
import { mergeTracks, noTrack, type Track, trackBytes, trackOf } from "./sample.ts";
import { ceilTo, day, floorTo, hour, rollupStep } from "./span.ts";

/** Times in milliseconds: `from` is in, `to` is not. `step`: what a point is to cover. */
export type HistoryQuestion = {
  readonly series: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly step: number;
};

/** A point each step; null where no sample fell in it: nothing is made up in between. */
export type Points = {
  readonly avg: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  /** How many samples stand behind the point. */
  readonly count: readonly number[];
};

export type HistoryAnswer = {
  /** The start of the first point: a multiple of the step, as every point's is. */
  readonly from: number;
  /** As asked, or a multiple of 5 minutes where `from` is older than raw samples are kept. */
  readonly step: number;
  readonly points: ReadonlyMap<number, Points>;
};

/** More points than any chart has pixels are a mistake. */
const mostPoints = 20_000;

class Gathering {
  readonly #from: number;
  readonly #step: number;
  readonly #count: Float64Array;
  readonly #sum: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(from: number, step: number, length: number) {
    this.#from = from;
    this.#step = step;
    this.#count = new Float64Array(length);
    this.#sum = new Float64Array(length);
    this.#min = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
    this.#max = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
  }

  add(at: number, count: number, min: number, avg: number, max: number): void {
    const index = Math.floor((at - this.#from) / this.#step);
    const before = this.#count[index];
    if (before === undefined) return;
    this.#count[index] = before + count;
    // A part of each, so that the sum of huge ones stays a number.
    this.#sum[index] = (this.#sum[index] ?? 0) + (avg / 2 ** 12) * count;
    this.#min[index] = Math.min(this.#min[index] ?? min, min);
    this.#max[index] = Math.max(this.#max[index] ?? max, max);
  }

  points(): Points {
    const shown = (values: Float64Array) =>
      Array.from(values, (value, index) => ((this.#count[index] ?? 0) > 0 ? value : null));
    const mean = (sum: number, index: number) => {
      const value = (sum / (this.#count[index] ?? 1)) * 2 ** 12;
      return Math.min(this.#max[index] ?? value, Math.max(this.#min[index] ?? value, value));
    };
    return {
      avg: shown(this.#sum.map(mean)),
      min: shown(this.#min),
      max: shown(this.#max),
      count: [...this.#count],
    };
  }
}

type Hours = Map<number, Map<number, Track>>;

const setTrack = (hours: Hours, series: number, start: number, track: Track): void => {
  const tracks = hours.get(series) ?? new Map<number, Track>();
  hours.set(series, tracks.set(start, mergeTracks(tracks.get(start) ?? noTrack, track)));
};

/** The samples that are not packed yet, by series and hour. */
const openTracks = async (db: Kysely<Tables>, ids: readonly number[], from: number, to: number): Promise<Hours> => {
  // Chunks first, then what was taken out, then what came after: what stands in the first stays.
  const taken = (await closings(db)).filter(({ start }) => start < to && start + hour > from);
  const hours: Hours = new Map();
  for (const name of [...taken.map((part) => part.name), "sample"]) {
    const { rows } = await sql<{ series: number; hour: Date; track: Buffer }>`
      select series, date_trunc('hour', at, 'UTC') as hour, ${trackBytes} as track from ${sql.table(name)}
      where series = any(${ids}::int4[]) and at >= ${new Date(from)} and at < ${new Date(to)} group by 1, 2`.execute(
      db,
    );
    for (const { series, hour: start, track } of rows) setTrack(hours, series, start.getTime(), trackOf(track));
  }
  return hours;
};

type Window = { readonly ids: readonly number[]; readonly from: number; readonly to: number };
type Visit = (series: number, point: RollupPoint) => void;

const visitTrack = (series: number, { times, values }: Track, { from, to }: Window, visit: Visit): void => {
  times.forEach((at, index) => {
    const value = values[index] ?? Number.NaN;
    if (at >= from && at < to) visit(series, { at, count: 1, min: value, avg: value, max: value });
  });
};

/** Packed hours and open ones; `only`: of these hours. */
const visitSamples = async (
  db: Kysely<Tables>,
  open: Hours,
  only: readonly number[] | undefined,
  window: Window,
  visit: Visit,
) => {
  const { ids, from, to } = window;
  const asked = db
    .selectFrom("chunk")
    .select(["series", "hour", "data"])
    .where("series", "in", ids)
    .where("hour", ">=", new Date(floorTo(from, hour)))
    .where("hour", "<", new Date(to));
  const wanted = only?.map((start) => new Date(start));
  const packed =
    wanted?.length === 0 ? [] : await (wanted === undefined ? asked : asked.where("hour", "in", wanted)).execute();
  const seen = new Set<string>();
  for (const { series, hour: start, data } of packed) {
    const at = start.getTime();
    const mine = open.get(series)?.get(at);
    if (only !== undefined && mine === undefined) continue;
    seen.add(`${series} ${at}`);
    visitTrack(series, mergeTracks(unpackTrack(at, data), mine ?? noTrack), window, visit);
  }
  for (const [series, tracks] of open)
    for (const [start, track] of tracks) if (!seen.has(`${series} ${start}`)) visitTrack(series, track, window, visit);
};

/** Rolled-up days, but for the hours that have open samples: these are read themselves. */
const visitRollups = async (db: Kysely<Tables>, open: Hours, { ids, from, to }: Window, visit: Visit) => {
  const rows = await db
    .selectFrom("rollup")
    .select(["series", "day", "data"])
    .where("series", "in", ids)
    .where("day", ">=", new Date(floorTo(from, day)))
    .where("day", "<", new Date(to))
    .execute();
  for (const { series, day: start, data } of rows) {
    const except = open.get(series);
    for (const point of unpackDay(start.getTime(), data))
      if (point.at >= from && point.at < to && except?.has(floorTo(point.at, hour)) !== true) visit(series, point);
  }
};

const ask = async (db: Kysely<Tables>, rolled: boolean, window: Window, visit: Visit): Promise<void> => {
  const open = await openTracks(db, window.ids, window.from, window.to);
  if (!rolled) return visitSamples(db, open, undefined, window, visit);
  const hours = [...new Set([...open.values()].flatMap((tracks) => [...tracks.keys()]))];
  await visitSamples(db, open, hours, window, visit);
  await visitRollups(db, open, window, visit);
};

/** What is known of some series over a span, as of one moment. */
export const queryHistory = async (
  db: Kysely<Tables>,
  keep: Keep,
  now: number,
  { series, from, to, step: asked }: HistoryQuestion,
): Promise<HistoryAnswer> => {
  if (!(asked >= 1) || !(to >= from)) throw new RangeError(`no points from ${from} to ${to} in steps of ${asked} ms`);
  const step = from < now - keep.raw ? ceilTo(asked, rollupStep) : Math.floor(asked);
  const window: Window = { ids: [...new Set(series)], from: floorTo(from, step), to: ceilTo(to, step) };
  const length = (window.to - window.from) / step;
  if (length > mostPoints) throw new RangeError(`${length} points are more than ${mostPoints}: ask with a longer step`);
  const gather = () => new Map(window.ids.map((id) => [id, new Gathering(window.from, step, length)]));
  const result = (gathered: Map<number, Gathering>): HistoryAnswer => ({
    from: window.from,
    step,
    points: new Map([...gathered].map(([id, gathering]) => [id, gathering.points()])),
  });
  if (window.ids.length === 0 || length === 0) return result(gather());
  for (let tries = 0; ; tries += 1) {
    const gathered = gather();
    try {
      await db
        .transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute(async (transaction) => {
          // Before the moment is fixed: from here on no hour is taken out.
          await sql`lock table sample in access share mode`.execute(transaction);
          await ask(transaction, step % rollupStep === 0, window, (id, { at, count, min, avg, max }) =>
            gathered.get(id)?.add(at, count, min, avg, max),
          );
        });
      return result(gathered);
    } catch (error) {
      // An hour was packed between finding its table and reading it: now it is in the chunks.
      if (!isMoved(error) || tries === 5) throw error;
    }
  }
};
