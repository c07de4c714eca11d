import { type Labels, labelKey } from "@orrery/alerting";
import type {
  HistoryAnswer,
  HistoryLook,
  HistoryPoints,
  HistoryQuestion,
  HistorySink,
  HistorySource,
} from "./history-port.ts";

type Kept = { readonly metric: string; readonly labels: Labels; readonly values: Float64Array; newest: number };

/** The looks at one cluster: the moment of each, and by series the values of all of them, NaN where there was none. */
class Ring {
  readonly room: number;
  readonly times: Float64Array;
  readonly series = new Map<string, Kept>();
  #count = 0;

  constructor(room: number) {
    this.room = room;
    this.times = new Float64Array(room);
  }

  get oldest(): number {
    return Math.max(0, this.#count - this.room);
  }

  get count(): number {
    return this.#count;
  }

  add(at: number, values: Iterable<readonly [key: string, metric: string, labels: Labels, value: number]>): void {
    const place = this.#count % this.room;
    this.times[place] = at;
    for (const { values: of } of this.series.values()) of[place] = Number.NaN;
    for (const [key, metric, labels, value] of values) {
      let kept = this.series.get(key);
      if (kept === undefined) {
        kept = { metric, labels, values: new Float64Array(this.room).fill(Number.NaN), newest: 0 };
        this.series.set(key, kept);
      }
      kept.values[place] = value;
      kept.newest = this.#count;
    }
    this.#count += 1;
    for (const [key, { newest }] of this.series) if (newest < this.oldest) this.series.delete(key);
  }

  /** The same with less room: what is newest stays. */
  shrunk(room: number): Ring {
    const smaller = new Ring(room);
    for (let look = Math.max(this.oldest, this.#count - room); look < this.#count; look += 1) {
      const place = look % this.room;
      smaller.add(
        this.times[place] ?? 0,
        [...this.series].flatMap(([key, { metric, labels, values }]) => {
          const value = values[place] ?? Number.NaN;
          return Number.isNaN(value) ? [] : [[key, metric, labels, value] as const];
        }),
      );
    }
    return smaller;
  }
}

export type MemoryRoom = {
  /** Looks of a cluster. Default 1,440: four hours of them. */
  readonly looks?: number;
  /** Values of a cluster, 8 bytes each: of one that has many series fewer looks are kept. Default 2,000,000. */
  readonly values?: number;
};

/** The last hours, in this process alone. */
export class MemoryHistory implements HistorySink, HistorySource {
  readonly #looks: number;
  readonly #values: number;
  readonly #clusters = new Map<string, Ring>();

  constructor({ looks = 1440, values = 2_000_000 }: MemoryRoom = {}) {
    this.#looks = looks;
    this.#values = values;
  }

  readonly append = async ({ cluster, at, samples }: HistoryLook): Promise<void> => {
    let ring = this.#clusters.get(cluster) ?? new Ring(this.#looks);
    while (ring.room > 2 && Math.max(ring.series.size, samples.length) * ring.room > this.#values)
      ring = ring.shrunk(Math.ceil(ring.room / 2));
    ring.add(
      at,
      samples.map(({ metric, labels, value }) => [`${metric}${labelKey(labels)}`, metric, labels, value] as const),
    );
    this.#clusters.set(cluster, ring);
  };

  readonly query = async ({ cluster, metric, labels, ...question }: HistoryQuestion): Promise<HistoryAnswer> => {
    const { step } = question;
    const from = Math.floor(question.from / step) * step;
    const to = Math.ceil(question.to / step) * step;
    const ring = this.#clusters.get(cluster);
    const wanted = Object.entries(labels);
    const series = [...(ring?.series.values() ?? [])].filter(
      (one) => one.metric === metric && wanted.every(([name, value]) => one.labels[name] === value),
    );
    return {
      from,
      to,
      step,
      series: series.map((one) => ({ labels: one.labels, ...pointsOf(ring, one.values, { from, to, step }) })),
    };
  };
}

const pointsOf = (
  ring: Ring | undefined,
  values: Float64Array,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): HistoryPoints => {
  const length = Math.max(0, Math.round((to - from) / step));
  const found = Array.from({ length }, () => ({ count: 0, sum: 0, min: Infinity, max: -Infinity }));
  for (let look = ring?.oldest ?? 0; ring !== undefined && look < ring.count; look += 1) {
    const value = values[look % ring.room] ?? Number.NaN;
    const point = found[Math.floor(((ring.times[look % ring.room] ?? 0) - from) / step)];
    if (point === undefined || Number.isNaN(value)) continue;
    point.count += 1;
    point.sum += value;
    point.min = Math.min(point.min, value);
    point.max = Math.max(point.max, value);
  }
  return {
    avg: found.map(({ count, sum }) => (count === 0 ? null : sum / count)),
    min: found.map(({ count, min }) => (count === 0 ? null : min)),
    max: found.map(({ count, max }) => (count === 0 ? null : max)),
  };
};
