import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../store.ts";
import { startTemporaryServer, type TemporaryServer } from "../temporary-server.ts";
import { takeOut } from "./close.ts";
import { History } from "./history.ts";
import { type Keep, usualKeep } from "./keep.ts";
import { partsOf, samples as sampleCut } from "./partition.ts";
import type { Points } from "./query.ts";
import type { Sample } from "./sample.ts";
import { ceilTo, day, floorTo, hour, minute, rollupStep } from "./span.ts";

let server: TemporaryServer;
beforeAll(async () => {
  server = await startTemporaryServer();
});
afterAll(() => server.stop());

const start = Date.UTC(2026, 2, 1, 22);
const second = 1000;

const withHistory = async (
  work: (history: History, ids: number[], store: Store) => Promise<void>,
  keep: Keep = usualKeep,
): Promise<void> => {
  const store = await server.store();
  try {
    const history = new History(store, keep);
    const ids = await history.define(
      ["cpu", "mem", "load"].map((metric) => ({ cluster: "lab", subject: "node/pve1", metric })),
    );
    await work(history, ids, store);
  } finally {
    await store.close();
  }
};

/** What should be known: of each series and time the sample that came first. */
type Model = Map<number, Map<number, number>>;

const remember = (model: Model, { series, at, value }: Sample): void => {
  const known = model.get(series) ?? new Map<number, number>();
  model.set(series, known);
  if (!known.has(at)) known.set(at, value);
};

const expected = (model: Model, series: number, from: number, to: number, step: number): Points => {
  const length = (to - from) / step;
  const within = Array.from({ length }, (_, index) => {
    const at = from + index * step;
    return [...(model.get(series) ?? [])].filter(([time]) => time >= at && time < at + step).map(([, value]) => value);
  });
  const of = (reduce: (values: number[]) => number) =>
    within.map((values) => (values.length === 0 ? null : reduce(values)));
  return {
    count: within.map(({ length: count }) => count),
    min: of((values) => Math.min(...values)),
    max: of((values) => Math.max(...values)),
    avg: of((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
  };
};

const close = (ours: readonly (number | null)[], theirs: readonly (number | null)[]): void => {
  expect(ours.map((value) => value === null)).toEqual(theirs.map((value) => value === null));
  ours.forEach((value, index) => {
    const other = theirs[index] ?? 0;
    if (value !== null) expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(other)));
  });
};

type Move =
  | { readonly kind: "append"; readonly samples: readonly { which: number; at: number; value: number }[] }
  | { readonly kind: "sweep"; readonly ahead: number };

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    kind: fc.constant("append" as const),
    samples: fc.array(
      fc.record({
        which: fc.integer({ min: 0, max: 2 }),
        // Few enough that some come twice.
        at: fc.integer({ min: 0, max: 5 * 360 }).map((index) => start + index * 10 * second),
        value: fc.oneof(fc.integer({ min: -5, max: 100 }), fc.double({ min: -1e9, max: 1e9, noNaN: true })),
      }),
      { maxLength: 60 },
    ),
  }),
  fc.record({ kind: fc.constant("sweep" as const), ahead: fc.integer({ min: 0, max: 7 * hour }) }),
);

test("whenever samples came and hours were packed, what is answered is what came first, gaps as gaps", async () => {
  const store = await server.store();
  const history = new History(store);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(moves, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: -1, max: 6 * 60 }),
      fc.integer({ min: 0, max: 6 * 60 }),
      fc.constantFrom(10 * second, 7 * second, minute, 5 * minute, 15 * minute, hour, 24 * hour),
      async (steps, fromMinute, minutes, step) => {
        run += 1;
        const ids = await history.define(
          ["a", "b", "c"].map((metric) => ({ cluster: "lab", subject: `run/${run}`, metric })),
        );
        const model: Model = new Map();
        const now = start + 6 * hour;
        for (const move of steps) {
          if (move.kind === "sweep") await history.sweep(start + move.ahead);
          else {
            const batch = move.samples.map(({ which, at, value }) => ({ series: ids[which] ?? 0, at, value }));
            for (const sample of batch) remember(model, sample);
            await history.append(now, batch);
          }
        }
        const [from, to] = [start + fromMinute * minute, start + (fromMinute + minutes) * minute];
        const answer = await history.query(now, { series: ids, from, to, step });
        expect(answer).toMatchObject({ step, from: floorTo(from, step) });
        for (const id of ids) {
          const points = answer.points.get(id);
          const right = expected(model, id, answer.from, ceilTo(to, step), step);
          expect(points?.count).toEqual(right.count);
          close(points?.min ?? [], right.min);
          close(points?.max ?? [], right.max);
          close(points?.avg ?? [], right.avg);
        }
      },
    ),
    { numRuns: 40 },
  );
  await store.close();
});

const every10s = (series: number, from: number, to: number, value: (at: number) => number = () => 1): Sample[] =>
  Array.from({ length: (to - from) / (10 * second) }, (_, index) => from + index * 10 * second).map((at) => ({
    series,
    at,
    value: value(at),
  }));

test("an hour is packed once its grace is over, and answers the same to the bit", () =>
  withHistory(async (history, [cpu = 0], store) => {
    const now = start + hour;
    await history.append(
      now,
      every10s(cpu, start, start + hour, (at) => Math.sin(at)),
    );
    const question = { series: [cpu], from: start, to: start + hour, step: 10 * second };
    const before = await history.query(now, question);
    expect(await history.sweep(now + 9 * minute)).toMatchObject({ closed: [] });
    expect(await history.sweep(now + 10 * minute)).toMatchObject({ kind: "swept", closed: [start] });
    expect(await store.db.selectFrom("sample").selectAll().execute()).toEqual([]);
    expect(await history.query(now, question)).toEqual(before);
  }));

test("late samples join a packed hour and its rollups; what stood there stays", () =>
  withHistory(async (history, [cpu = 0]) => {
    const now = start + 3 * hour;
    await history.append(now, every10s(cpu, start, start + 2 * minute));
    await history.sweep(now);
    const late = every10s(cpu, start + minute, start + 4 * minute, () => 5);
    expect(await history.append(now, late)).toMatchObject({ stored: 18 });
    const question = { series: [cpu], from: start, to: start + rollupStep, step: rollupStep };
    const right = { count: [24], min: [1], max: [5], avg: [3] };
    expect((await history.query(now, question)).points.get(cpu)).toEqual(right);
    expect(await history.sweep(now)).toMatchObject({ closed: [start] });
    expect((await history.query(now, question)).points.get(cpu)).toEqual(right);
    expect((await history.query(now, { ...question, step: 2 * minute })).points.get(cpu)).toMatchObject({
      count: [12, 12, 0],
      max: [1, 5, null],
    });
  }));

test("samples that cannot be placed are refused and counted, the others are stored", () =>
  withHistory(async (history, [cpu = 0]) => {
    const now = start;
    const batch = [
      { series: cpu, at: now - 7 * day - 1, value: 1 },
      { series: cpu, at: now - 7 * day, value: 1 },
      { series: cpu, at: now, value: Number.NaN },
      { series: cpu, at: now, value: Number.POSITIVE_INFINITY },
      { series: cpu, at: now, value: 2 },
      { series: cpu, at: now, value: 3 },
      { series: cpu, at: now + 5 * minute, value: 4 },
      { series: cpu, at: now + 5 * minute + 1, value: 4 },
    ];
    expect(await history.append(now, batch)).toEqual({
      stored: 3,
      duplicates: 1,
      refused: { late: 1, ahead: 1, notFinite: 2 },
    });
  }));

test("a series keeps the digits that it is defined with", () =>
  withHistory(async (history) => {
    const name = { cluster: "lab", subject: "node/pve1", metric: "cpu", places: 3 };
    const [cpu = 0] = await history.define([name]);
    await history.append(start, [{ series: cpu, at: start, value: 0.123456 }]);
    const { points } = await history.query(start, { series: [cpu], from: start, to: start + second, step: second });
    expect(points.get(cpu)?.avg).toEqual([0.123]);
  }));

test("defining series again gives the same numbers, in the order asked", () =>
  withHistory(async (history, ids) => {
    const names = ["load", "cpu", "mem", "cpu"].map((metric) => ({ cluster: "lab", subject: "node/pve1", metric }));
    const [cpu, mem, load] = ids;
    expect(await history.define(names)).toEqual([load, cpu, mem, cpu]);
  }));

test("past raw samples there are rollups, in steps of five minutes, and past those nothing", () =>
  withHistory(
    async (history, [cpu = 0]) => {
      const sweepFor = async (from: number) => {
        const swept = [await history.sweep(from), await history.sweep(from + hour)];
        return swept.flatMap((one) => (one.kind === "swept" ? one.dropped : []));
      };
      const ask = (now: number) =>
        history.query(now, { series: [cpu], from: start, to: start + 10 * minute, step: 10 * second });
      await history.append(start, every10s(cpu, start, start + 5 * minute));
      expect((await ask(start)).step).toBe(10 * second);
      expect(await sweepFor(start + 3 * day)).toEqual(["chunk_20260301"]);
      const rolled = await ask(start + 3 * day);
      expect(rolled).toMatchObject({ step: rollupStep, from: start });
      expect(rolled.points.get(cpu)).toEqual({ count: [30, 0], min: [1, null], avg: [1, null], max: [1, null] });
      expect(await sweepFor(start + 70 * day)).toEqual([]);
      expect((await ask(start + 70 * day)).points.get(cpu)?.count).toEqual([30, 0]);
      expect(await sweepFor(start + 71 * day)).toEqual(["rollup_202603"]);
      expect((await ask(start + 71 * day)).points.get(cpu)?.count).toEqual([0, 0]);
    },
    { raw: 2 * day, rollups: 40 * day, grace: 10 * minute },
  ));

test("a clock that jumps a year ahead drops nothing, and is believed after an hour", () =>
  withHistory(async (history, [cpu = 0], store) => {
    const sweep = async (at: number) => {
      const swept = await history.sweep(at);
      return swept.kind === "swept" ? swept.dropped : undefined;
    };
    await history.append(start, every10s(cpu, start - hour, start));
    for (const at of [0, 1, 2]) await sweep(start + at * hour);
    const jumped = start + 365 * day;
    expect(await sweep(jumped)).toEqual([]);
    expect(await sweep(jumped + 50 * minute)).toEqual([]);
    expect(await sweep(start + 3 * hour)).toEqual([]);
    expect(
      (await history.query(start, { series: [cpu], from: start - hour, to: start, step: hour })).points.get(cpu)?.count,
    ).toEqual([360]);
    expect(await sweep(jumped)).toEqual([]);
    expect(await sweep(jumped + hour)).toEqual(["chunk_20260301"]);
    expect(await store.db.selectFrom("chunk").select("series").execute()).toEqual([]);
  }));

test("a sweep that was killed between taking out and packing is finished by the next, and nothing is missing meanwhile", () =>
  withHistory(async (history, [cpu = 0], store) => {
    const now = start + 3 * hour;
    await history.append(now, every10s(cpu, start, start + 10 * minute));
    for (const part of await partsOf(store.db, sampleCut)) await takeOut(store.db, part);
    await history.append(
      now,
      every10s(cpu, start + 5 * minute, start + 15 * minute, () => 9),
    );
    const question = { series: [cpu], from: start, to: start + 15 * minute, step: rollupStep };
    const right = { count: [30, 30, 30], min: [1, 1, 9], avg: [1, 1, 9], max: [1, 1, 9] };
    expect((await history.query(now, question)).points.get(cpu)).toEqual(right);
    expect(await history.sweep(now)).toMatchObject({ closed: [start, start] });
    expect((await history.query(now, question)).points.get(cpu)).toEqual(right);
  }));

test("while hours are packed, appending loses nothing and asking sees everything", () =>
  withHistory(async (history, ids, store) => {
    const now = start + 5 * hour;
    for (const series of ids) await history.append(now, every10s(series, start, start + 3 * hour));
    const question = { series: ids, from: start, to: start + 4 * hour, step: hour };
    let packing = true;
    let late = 0;
    const write = async () => {
      for (let index = 0; packing || index < 5; index += 1) {
        const at = start + (index % 4) * hour + 5 * second + index;
        const { stored } = await history.append(
          now,
          ids.map((series) => ({ series, at, value: 1 })),
        );
        late += stored;
      }
    };
    const read = async () => {
      while (packing) {
        const { points } = await history.query(now, question);
        for (const { count } of points.values())
          for (const hours of count.slice(0, 3)) expect(hours).toBeGreaterThanOrEqual(360);
      }
    };
    const pack = async () => {
      for (let times = 0; times < 4; times += 1) await Promise.all([history.sweep(now), history.sweep(now)]);
      packing = false;
    };
    await Promise.all([pack(), write(), read()]);
    await history.sweep(now);
    const { points } = await history.query(now, question);
    const total = [...points.values()].flatMap(({ count }) => count).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(ids.length * 3 * 360 + late);
    const left = await sql<{ count: number }>`select count(*)::int as count from sample`.execute(store.db);
    expect(left.rows).toEqual([{ count: 0 }]);
  }));

test("a question for more points than anyone can look at, or backwards, is refused", () =>
  withHistory(async (history, [cpu = 0]) => {
    const ask = (from: number, to: number, step: number) => history.query(start, { series: [cpu], from, to, step });
    await expect(ask(start - day, start, 1000)).rejects.toThrow(/86400 points are more/);
    await expect(ask(start, start - 1, 1000)).rejects.toThrow(RangeError);
    await expect(ask(start, start, 0)).rejects.toThrow(RangeError);
  }));
