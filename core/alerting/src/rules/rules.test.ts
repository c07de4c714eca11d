import astronomy from "@orrery/example-astronomy-lab";
import decided from "@orrery/example-astronomy-lab/decided";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { expect, test } from "vitest";
import { examplesBroken } from "../prometheus/unit-test.ts";
import { rulesOf } from "./rules-of.ts";
import { undeclaredRules } from "./undeclared.ts";

const at = Date.UTC(2026, 11, 1);

const labs = { tidy, astronomy, decided };

test.each(Object.entries(labs))("every rule of the %s lab fires and is quiet where its examples say so", (_, input) => {
  const parsed = parseLab(input);
  if (parsed.kind === "problems") throw new Error("no lab");
  const rules = Object.values(rulesOf(parsed.lab, at)).flat();
  expect(rules.filter(({ examples }) => !examples.some(({ fires }) => fires.length > 0))).toEqual([]);
  expect(examplesBroken(rules)).toEqual([]);
});

test("where nothing is declared every rule fires and is quiet where its examples say so, and none claims a declaration", () => {
  const rules = undeclaredRules(at);
  expect(examplesBroken(rules)).toEqual([]);
  expect(rules.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["NodeDown", "QuorumLost", "QDeviceDown", "StorageFull", "GuestDown", "ScrapeFailing"]),
  );
  for (const { because, response } of rules) {
    expect(because).not.toMatch(/declaration's|are declared|By the policy/);
    expect(response.procedure).toBeUndefined();
  }
});
