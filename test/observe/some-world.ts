import { addVolume, backingOf, bareWorld, type Release, type World } from "@orrery/twin-world";

/** Three bare nodes with a template of a container on each. */
export const someWorld = ({ seed = 1, release = "9.2" }: { seed?: number; release?: Release } = {}): World => {
  const world = bareWorld({ nodes: ["pve1", "pve2", "pve3"], seed, release });
  for (const node of Object.keys(world.nodes)) {
    const backing = backingOf(world, node, "local");
    if (backing === undefined) continue;
    addVolume(world, backing, {
      volid: "local:vztmpl/debian-13.tar.zst",
      storage: "local",
      content: "vztmpl",
      format: "tzst",
      size: 120e6,
      used: 120e6,
      ctime: world.now,
      protected: false,
    });
  }
  return world;
};
