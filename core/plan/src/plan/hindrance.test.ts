import { expect, test } from "vitest";
import type { Change } from "../compare/comparison.ts";
import { hinderedBy } from "./hindrance.ts";

const missing = (id: string, ...needs: string[]): Change => ({
  kind: "missing",
  declared: {
    kind: "pool",
    id,
    properties: {},
    open: {},
    path: [],
    needs: needs.map((need) => ({ kind: "pool", id: need })),
  },
});

test("what needs something that cannot be made is not begun, nor what needs that", () => {
  const undecided = [{ object: { kind: "pool", id: "a" }, why: "nobody says how" }] as const;
  const changes = [missing("c", "b"), missing("b", "a"), missing("d"), missing("e", "d", "elsewhere")];
  expect([...hinderedBy(changes, undecided).values()]).toEqual([
    {
      object: { kind: "pool", id: "b" },
      why: "it needs pool a, of which nobody can say that it is there: nobody says how",
    },
    { object: { kind: "pool", id: "c" }, why: "it needs pool b, which cannot be made" },
  ]);
  expect(hinderedBy(changes, []).size).toBe(0);
});
