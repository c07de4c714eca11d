import { type Storage, unknown } from "@orrery/model";
import { expect, test } from "vitest";
import { retrievalOf } from "./storage-class.ts";

const hour = 3_600;
const archive = (given: Partial<Storage>): Storage => ({
  kind: "s3",
  home: { on: "cloud", provider: "AWS", region: "eu-central-1", uplink: "wan" },
  purpose: "archive",
  content: ["archive"],
  shared: true,
  read: unknown("never measured"),
  write: unknown("never measured"),
  ...given,
});

test("a declared retrieval counts, whatever the class", () => {
  expect(retrievalOf(archive({ storageClass: "DEEP_ARCHIVE", retrieval: 12 * hour }))).toEqual({
    least: 12 * hour,
    most: 12 * hour,
    missing: [],
  });
});

test("an unknown tier is anything from the fastest to the slowest that the class has", () => {
  const span = retrievalOf(archive({ storageClass: "DEEP_ARCHIVE", retrieval: unknown("no tier is named") }));
  expect(span).toEqual({ least: 12 * hour, most: 48 * hour, missing: ["no tier is named"] });
  expect(retrievalOf(archive({ storageClass: "GLACIER" }))).toMatchObject({ least: 300, most: 12 * hour });
});

test("what can be read at once waits for nothing", () => {
  expect(retrievalOf(archive({ storageClass: "GLACIER_IR" }))).toEqual({ least: 0, most: 0, missing: [] });
  expect(retrievalOf(archive({}))).toMatchObject({ least: 0, most: 0 });
});

test("what has no class and is said to be unknown may take any time", () => {
  expect(retrievalOf(archive({ retrieval: unknown("tapes are fetched from a vault") }))).toEqual({
    least: 0,
    missing: ["tapes are fetched from a vault"],
  });
});
