import fc from "fast-check";
import { expect, test } from "vitest";
import { refName } from "../compare/object.ts";
import { ordered, type Strand, sorted } from "./graph.ts";
import type { Action } from "./plan.ts";

const objectOf = (index: number) => ({ kind: "pool", id: `p${index}` }) as const;

const actionOf = (index: number, step: number): Action => ({
  id: `${refName(objectOf(index))}/${step}`,
  object: objectOf(index),
  verb: "change",
  title: "",
  because: "",
  calls: [],
  from: { kind: "absent" },
  expects: { kind: "absent" },
  risk: "none",
  principal: "token",
  after: [],
});

/** Objects that need only such as come before them, some of them on their way out. */
const strands = fc
  .array(fc.record({ steps: fc.integer({ min: 1, max: 3 }), isRemoved: fc.boolean(), needs: fc.array(fc.nat()) }), {
    maxLength: 20,
  })
  .map((drawn): Strand[] =>
    drawn.map(({ steps, isRemoved, needs }, index) => ({
      object: objectOf(index),
      isRemoved,
      needs: index === 0 ? [] : needs.map((need) => objectOf(need % index)),
      actions: Array.from({ length: steps }, (_, step) => actionOf(index, step)),
    })),
  );

test("every action comes after all that it waits for, and none is lost", () => {
  fc.assert(
    fc.property(strands, (drawn) => {
      const actions = ordered(drawn);
      const order = sorted(actions);
      if (order.kind === "circle") throw new Error(`a circle: ${order.ids.join(", ")}`);
      const places = new Map(order.actions.map(({ id }, index) => [id, index]));
      expect(places.size).toBe(actions.length);
      for (const { id, after } of actions)
        for (const before of after) expect(places.get(before)).toBeLessThan(places.get(id) ?? -1);
    }),
  );
});

test("what is made waits for what it needs, and what goes waits for what needed it", () => {
  const made = { object: objectOf(1), isRemoved: false, needs: [objectOf(0)], actions: [actionOf(1, 0)] };
  const gone = { ...made, isRemoved: true };
  const base = { object: objectOf(0), isRemoved: false, needs: [], actions: [actionOf(0, 0)] };
  expect(ordered([made, base])[0]?.after).toEqual(["pool p0/0"]);
  expect(ordered([gone, { ...base, isRemoved: true }])[1]?.after).toEqual(["pool p1/0"]);
});

test("what waits for itself by way of others is told as a circle", () => {
  const one = { ...actionOf(0, 0), after: ["pool p1/0"] };
  const other = { ...actionOf(1, 0), after: ["pool p0/0"] };
  expect(sorted([one, other])).toEqual({ kind: "circle", ids: ["pool p0/0", "pool p1/0"] });
});

test("what shields a guest is there after the guest is made and before it starts", () => {
  const guest = {
    object: objectOf(0),
    isRemoved: false,
    needs: [],
    actions: [actionOf(0, 0), { ...actionOf(0, 1), verb: "start" }],
  };
  const shield = {
    object: objectOf(1),
    isRemoved: false,
    needs: [objectOf(0)],
    guards: objectOf(0),
    actions: [actionOf(1, 0)],
  };
  const order = sorted(ordered([shield, guest]));
  expect(order.kind === "order" && order.actions.map(({ id }) => id)).toEqual(["pool p0/0", "pool p1/0", "pool p0/1"]);
});
