import { expect, test } from "vitest";
import { checkLab } from "../check.ts";
import { aDay, aLab } from "./a-lab.ts";

test("no rule speaks of the small lab", () => {
  expect(checkLab(aLab(), { at: aDay }).findings).toEqual([]);
});

test("every objective of the small lab is met", () => {
  expect(checkLab(aLab(), { at: aDay }).objectives.filter(({ verdict }) => verdict !== "met")).toEqual([]);
});
