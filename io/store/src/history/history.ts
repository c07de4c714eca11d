import type { Store } from "../store.ts";
import { type Appended, appendSamples } from "./append.ts";
import { type Keep, usualKeep } from "./keep.ts";
import { type HistoryAnswer, type HistoryQuestion, queryHistory } from "./query.ts";
import type { Sample } from "./sample.ts";
import { type KnownSeries, seriesOf } from "./series.ts";
import { type Swept, sweepHistory } from "./sweep.ts";

/** What is measured: `{ cluster: "lab", subject: "node/pve1", metric: "cpu" }`. */
export type SeriesName = {
  readonly cluster: string;
  readonly subject: string;
  readonly metric: string;
  /** Digits after the point to keep, 0 to 9: those past it cost most of the room. All bits unless told. */
  readonly places?: number;
};

/** Values over time. The clock is the caller's: milliseconds since 1970 in UTC. */
export class History {
  readonly #db: Store["db"];
  readonly #keep: Keep;
  readonly #scales = new Map<number, number>();

  constructor(store: Pick<Store, "db">, keep: Keep = usualKeep) {
    this.#db = store.db;
    this.#keep = keep;
  }

  /** The numbers of series, in the order given; new ones are made. `places` of a known series are changed to those given. */
  async define(names: readonly SeriesName[]): Promise<number[]> {
    const ids: number[] = [];
    for (let from = 0; from < names.length; from += 1000) {
      const given = names.slice(from, from + 1000);
      const keyOf = ({ cluster, subject, metric }: SeriesName) => JSON.stringify([cluster, subject, metric]);
      const unique = new Map(given.map((name) => [keyOf(name), name]));
      const rows = await this.#db
        .insertInto("series")
        .values([...unique.values()].map(({ places, ...name }) => ({ ...name, places: places ?? null })))
        .onConflict((conflict) =>
          conflict
            .columns(["cluster", "subject", "metric"])
            .doUpdateSet((given) => ({ places: given.ref("excluded.places") })),
        )
        .returningAll()
        .execute();
      const found = new Map(rows.map((row) => [keyOf(row as SeriesName), row]));
      for (const name of given) {
        const row = found.get(keyOf(name));
        if (row === undefined) throw new Error("a series that was made is not there");
        this.#scales.delete(row.id);
        if (row.places !== null) this.#scales.set(row.id, 10 ** row.places);
        ids.push(row.id);
      }
    }
    return ids;
  }

  /** Stores samples of series that this history defined. All of them are stored when it resolves, none when it throws. */
  append(now: number, samples: readonly Sample[]): Promise<Appended> {
    const kept = samples.map((sample) => {
      const scale = this.#scales.get(sample.series);
      if (scale === undefined) return sample;
      // Adding 0 makes one zero of the two.
      const rounded = Math.round(sample.value * scale) / scale + 0;
      return { ...sample, value: Number.isFinite(rounded) ? rounded : sample.value };
    });
    return appendSamples(this.#db, this.#keep, now, kept);
  }

  /** Every series of a metric that a cluster ever had. */
  series(cluster: string, metric: string): Promise<KnownSeries[]> {
    return seriesOf(this.#db, cluster, metric);
  }

  query(now: number, question: HistoryQuestion): Promise<HistoryAnswer> {
    return queryHistory(this.#db, this.#keep, now, question);
  }

  /** Packs what is closed, drops what is too old. */
  sweep(now: number): Promise<Swept> {
    return sweepHistory(this.#db, this.#keep, now);
  }
}
