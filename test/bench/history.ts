import { type Appended, History, type Sample, type SeriesName, type Store, startTemporaryServer } from "@orrery/store";
import { worldOf } from "@orrery/twin-lab";
import { guestFigures, type World } from "@orrery/twin-world";
import { sql } from "kysely";
import { dice } from "./dice.ts";
import { generatedLab } from "./generated-lab.ts";

/** What is kept of a guest: the digits that mean something, as a collector would declare them. */
const metrics = ["cpu", "mem", "mem-host", "net-in", "net-out", "disk-read", "disk-write", "uptime"] as const;
type Metric = (typeof metrics)[number];
const places: Readonly<Record<Metric, number>> = {
  cpu: 4,
  mem: 0,
  "mem-host": 0,
  "net-in": 0,
  "net-out": 0,
  "disk-read": 0,
  "disk-write": 0,
  uptime: 0,
};

const second = 1000;
const hour = 3_600_000;
const cycle = 10 * second;
/** Hours of a working day that are unlike each other. */
const hours = [1, 8, 11, 14];
const monday = Date.UTC(2026, 2, 2);
const seriesWanted = 1100;
const target = 500e6;

/** Every figure is off by up to a tenth, anew each cycle: a twin's curve alone is smoother than any measurement. */
const samplesAt = (world: World, ids: readonly number[], at: number, draw: () => number): Sample[] => {
  const found: Sample[] = [];
  for (const guest of Object.values(world.guests)) {
    if (guest === undefined) continue;
    const figures = guestFigures(world, guest, at);
    const off = (value: number) => value * (0.9 + 0.2 * draw());
    const pages = (bytes: number) => Math.floor((bytes * (0.995 + 0.01 * draw())) / 4096) * 4096;
    const values: Readonly<Record<Metric, number>> = {
      cpu: off(figures.cpu),
      mem: pages(figures.mem),
      "mem-host": pages(figures.memHost),
      "net-in": off(figures.netIn),
      "net-out": off(figures.netOut),
      "disk-read": off(figures.diskRead),
      "disk-write": off(figures.diskWrite),
      uptime: Math.floor((at - monday) / 1000) + 86_400,
    };
    for (const metric of metrics) {
      const series = ids[found.length];
      if (series === undefined) return found;
      found.push({ series, at, value: values[metric] });
    }
  }
  return found;
};

const namesOf = (world: World, exact: boolean): SeriesName[] =>
  Object.values(world.guests)
    .flatMap((guest) =>
      metrics.map((metric) => ({
        cluster: "bench",
        subject: `guest/${guest?.vmid}`,
        metric,
        ...(exact ? {} : { places: places[metric] }),
      })),
    )
    .slice(0, seriesWanted);

const bytesOf = async (store: Store, table: "sample" | "chunk" | "rollup"): Promise<number> => {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(pg_total_relation_size(relid)), 0)::int8 as bytes from pg_partition_tree(${table}) where isleaf`.execute(
    store.db,
  );
  return rows[0]?.bytes ?? 0;
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const timesOf = async (count: number, work: (index: number) => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await work(index);
    times.push(performance.now() - began);
  }
  return median(times);
};

export type HistoryFigures = {
  readonly what: string;
  readonly samples: number;
  readonly samplesASecond: number;
  readonly rowBytes: number;
  readonly chunkBytes: number;
  readonly rollupBytes: number;
  readonly packMs: number;
  readonly week: number;
  readonly rollupYear: number;
  readonly rawMs: number;
  readonly dayMs: number;
  readonly manyMs: number;
};

const measure = async (store: Store, world: World, exact: boolean): Promise<HistoryFigures> => {
  const history = new History(store);
  const ids = await history.define(namesOf(world, exact));
  const draw = dice(1);
  const random = () => draw(2 ** 30) / 2 ** 30;
  let [samples, appending, rowBytes, packing] = [0, 0, 0, 0];
  for (const at of hours) {
    const from = monday + at * hour;
    for (let time = from; time < from + hour; time += cycle) {
      const batch = samplesAt(world, ids, time, random);
      const began = performance.now();
      const { stored }: Appended = await history.append(time, batch);
      appending += performance.now() - began;
      samples += stored;
    }
    rowBytes += await bytesOf(store, "sample");
    const began = performance.now();
    await history.sweep(from + 2 * hour);
    packing += performance.now() - began;
  }
  // As a day is once it is over: until then its rows are written anew each hour.
  await sql`vacuum full rollup`.execute(store.db);
  const [chunkBytes, rollupBytes] = [await bytesOf(store, "chunk"), await bytesOf(store, "rollup")];
  const now = monday + 24 * hour;
  const last = monday + (hours.at(-1) ?? 0) * hour;
  const one = (index: number) => [ids[(index * 37) % ids.length] ?? 0];
  const ask = (series: readonly number[], from: number, step: number) =>
    history.query(now, { series, from, to: last + hour, step });
  const rawMs = await timesOf(15, (index) => ask(one(index), last, cycle));
  const dayMs = await timesOf(15, (index) => ask(one(index), monday, 300 * second));
  const manyMs = await timesOf(7, (index) => ask(ids.slice(index * 20, index * 20 + 20), monday, 300 * second));
  const weekOf = (bytes: number) => (bytes / samples) * ids.length * 7 * 24 * 360;
  const openHours = 2 * (rowBytes / hours.length);
  return {
    what: exact ? "every bit kept" : "digits that mean something",
    samples,
    samplesASecond: samples / (appending / 1000),
    rowBytes: rowBytes / samples,
    chunkBytes: chunkBytes / samples,
    rollupBytes: rollupBytes / samples,
    packMs: packing / hours.length,
    week: weekOf(chunkBytes) + weekOf(rollupBytes) + openHours,
    rollupYear: (weekOf(rollupBytes) / 7) * 400,
    rawMs,
    dayMs,
    manyMs,
  };
};

/** Fills a temporary server with four hours of 1,100 series at 10 s, twice, and tells what they take. */
export const measureHistory = async (): Promise<HistoryFigures[]> => {
  const world = worldOf(generatedLab({ nodes: 16, guests: 138, seed: 1 }), { now: monday });
  const server = await startTemporaryServer();
  try {
    const figures: HistoryFigures[] = [];
    for (const exact of [false, true]) {
      const store = await server.store();
      figures.push(await measure(store, world, exact));
      await store.close();
    }
    return figures;
  } finally {
    await server.stop();
  }
};

const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

export const historyLines = (figures: readonly HistoryFigures[]): string[] =>
  figures.flatMap((one) => [
    `history, ${seriesWanted} series at 10 s, ${one.what} (${one.samples} samples of ${hours.length} hours)`,
    `  bytes a sample: ${one.rowBytes.toFixed(1)} as rows, ${one.chunkBytes.toFixed(2)} packed, ${one.rollupBytes.toFixed(2)} in rollups`,
    `  7 days with their rollups and two open hours: ${mega(one.week)} (target ${mega(target)}); rollups of 400 days: ${mega(one.rollupYear)}`,
    `  appended ${(one.samplesASecond / 1000).toFixed(0)} k samples/s; an hour packed in ${(one.packMs / 1000).toFixed(1)} s`,
    `  asked: an hour of 10 s, one series ${one.rawMs.toFixed(1)} ms; 15 hours of 5 min, one series ${one.dayMs.toFixed(1)} ms, twenty ${one.manyMs.toFixed(1)} ms`,
  ]);
