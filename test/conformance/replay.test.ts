import { contractOf, pveVersions } from "@orrery/contract";
import { modelledMethods } from "@orrery/twin-api";
import { expect, test } from "vitest";
import { deliberate } from "./deliberate.ts";
import { regenerated } from "./differs.ts";
import { topics } from "./recording.ts";
import { replay } from "./replay.ts";
import { boardText, scoreOf, total } from "./scoreboard.ts";

const results = topics.map((topic) => ({ topic, verdicts: replay(topic) }));
const scores = results.map(({ topic, verdicts }) => scoreOf(topic, verdicts));

test("the twin answers what the genuine API answered", () => {
  process.stdout.write(boardText(scores));
  const { reason, shape, exchanges } = total(scores);
  expect(exchanges).toBe(1829);
  expect(reason).toBeGreaterThanOrEqual(0.99);
  expect(shape).toBeGreaterThanOrEqual(0.985);
  for (const score of scores) {
    expect(score).toSatisfy(({ reason, shape }: typeof score) => reason >= 0.85 && shape >= 0.85);
  }
});

test("every answer that differs is one that is meant to, and no other is called so", () => {
  const differing = results.flatMap(({ topic, verdicts }) =>
    verdicts.filter((verdict) => !verdict.shape).map(({ index }) => `${topic} ${index}`),
  );
  const meant = deliberate.flatMap(({ topic, calls }) => calls.map((call) => `${topic} ${call}`));
  expect(differing.toSorted()).toEqual(meant.toSorted());
});

test("the document of differences is the one that the twin and the recordings give", () => {
  const { is, should } = regenerated();
  expect(is).toBe(should);
});

test("a handler is for a method that a contract has", () => {
  const known = new Set(
    pveVersions.flatMap((version) => contractOf(version).routes.map(({ method, path }) => `${method} ${path}`)),
  );
  expect(modelledMethods().filter((method) => !known.has(method))).toEqual([]);
});
