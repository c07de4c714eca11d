import { fault, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { topics } from "../conformance/recording.ts";
import { fuzzTopic } from "./campaign.ts";

const seed = 20_261_122;

const has = (...faults: Pick<Parameters<typeof fault>[1], "subject" | "what">[]) => {
  return (world: World): void => {
    // What a topic's world does not have cannot fail there.
    for (const one of faults) fault(world, { ...one, at: world.now });
  };
};

const node = (name: string) => ({ kind: "node", node: name }) as const;

/** What befell the world, and by how many the topics are divided. */
test.each<[string, number, (world: World) => void]>([
  ["a whole world", 1, () => undefined],
  [
    "a world that speaks 8.4",
    4,
    (world) => {
      world.release = "8.4";
    },
  ],
  [
    "a world without quorum",
    4,
    has(
      { subject: node("pve2"), what: { kind: "loses-power" } },
      { subject: node("pve3"), what: { kind: "hangs" } },
      { subject: node("pve1"), what: { kind: "is-partitioned" } },
    ),
  ],
  [
    "a world with a failed storage and a lost link",
    4,
    has(
      { subject: { kind: "backing", backing: "pve1/local" }, what: { kind: "fails" } },
      { subject: { kind: "link", link: "pve1/eth0" }, what: { kind: "is-lost" } },
    ),
  ],
])("mutated recordings are answered in the product's words, and leave %s as whole as it was", (_, share, change) => {
  const chosen = topics.filter((_topic, index) => index % share === 0);
  const runs = chosen.map((topic) => fuzzTopic(topic, { seed, each: 3, change }));
  expect(runs.flatMap(({ findings }) => findings)).toEqual([]);
  expect(runs.reduce((sum, { sent }) => sum + sent, 0)).toBeGreaterThan(1000);
});
