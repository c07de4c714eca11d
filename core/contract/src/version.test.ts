import { expect, test } from "vitest";
import { pveVersionOf } from "./version.ts";

test("a release is spoken to by the contract of its major", () => {
  expect(["9.2.11", "9.1.1", "9", "8.4", "8.0.3"].map(pveVersionOf)).toEqual(["9.2", "9.2", "9.2", "8.4", "8.4"]);
  expect(["7.4", "10.0", "", "x", "92.1"].map(pveVersionOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
