import { expect, test } from "vitest";
import { bareWorld } from "./bare-world.ts";
import { forkWorld, restoreWorld, saveWorld } from "./save.ts";

test("a world survives being saved and restored, to the byte", () => {
  const world = bareWorld({ nodes: ["pve1", "pve2", "pve3"] });
  const text = saveWorld(world);
  expect(saveWorld(restoreWorld(text))).toBe(text);
  expect(saveWorld(forkWorld(world))).toBe(text);
});

test("a fork shares nothing with its origin", () => {
  const world = bareWorld({ nodes: ["pve1"] });
  const before = saveWorld(world);
  const fork = forkWorld(world);
  fork.cluster.options.keyboard = "de";
  fork.cluster.partitions[0]?.push("pve9");
  expect(saveWorld(world)).toBe(before);
});

test("a key such as constructor is absent until it is put in, also in a restored world", () => {
  const world = restoreWorld(saveWorld(bareWorld({ nodes: ["pve1"] })));
  expect(world.pools.constructor).toBeUndefined();
});
