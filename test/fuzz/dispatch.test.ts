import { expect, test } from "vitest";
import { topics } from "../conformance/recording.ts";
import { fuzzTopic } from "./campaign.ts";

const seed = 20_261_122;

test("mutated recordings are answered in the product's words, and the world stays whole", () => {
  const runs = topics.map((topic) => fuzzTopic(topic, seed, 3));
  expect(runs.flatMap(({ findings }) => findings)).toEqual([]);
  expect(runs.reduce((sum, { sent }) => sum + sent, 0)).toBeGreaterThan(5000);
});
