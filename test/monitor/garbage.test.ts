import { Measure, Monitor, type Port } from "@orrery/collect";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crowdedWorld, watchedWorld } from "./watched-world.ts";

type Change = { readonly at: number; readonly by: unknown };

/** Every place in an answer that something else could stand in. */
const placesIn = (value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] => {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]))];
};

const replaced = (value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown => {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((one, index) => (String(index) === key ? replaced(one, rest, by) : one));
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([name, one]) => [name, name === key ? replaced(one, rest, by) : one]));
};

const garbled = (pve: Port, changes: readonly Change[]): Port => {
  let turn = 0;
  return {
    version: pve.version,
    request: async (...asked) => {
      const answer = await pve.request(...asked);
      const change = changes[turn++ % changes.length];
      if (change === undefined) return answer;
      const places = placesIn(answer.data);
      return { ...answer, data: replaced(answer.data, places[change.at % places.length] ?? [], change.by) };
    },
  };
};

test("whatever the cluster answers, the rest is watched, and the page is one that can be read", async () => {
  const { clock, pve } = await watchedWorld(crowdedWorld(4, 2));
  const aChange = fc.record({ at: fc.nat(), by: fc.jsonValue({ maxDepth: 2 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(aChange, { minLength: 1, maxLength: 40 }), async (changes) => {
      const monitor = new Monitor(garbled(pve, changes), clock);
      for (let turn = 0; turn < 3; turn += 1) {
        await clock.drive(monitor.cycle());
        await clock.drive(clock.sleep(10_000));
      }
      const text = new Measure().page(monitor.seen(), { cluster: true, node: true }).text("prometheus");
      const lines = text.split("\n").slice(0, -1);
      const line =
        /^(# (HELP|TYPE) \S+ .*|[a-zA-Z_:][\w:]*(\{(\w+="([^"\\]|\\.)*",?)*\})? (NaN|[+-]Inf|-?[\d.]+(e[+-]?\d+)?))$/;
      expect(lines.filter((one) => !line.test(one))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
