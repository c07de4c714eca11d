import type { Lab } from "@orrery/model";
import { addBacking, addVolume, type Backing, dict, removeVolume, type World } from "@orrery/twin-world";

/** Disks that replace others have nothing on them. */
export const emptied = (world: World, backings: readonly string[]): void => {
  for (const id of backings) {
    const backing = world.backings[id];
    for (const volid of Object.keys(backing?.volumes ?? {})) if (backing) removeVolume(world, backing, volid);
  }
};

/**
 * A datastore over the copies in a cloud, read at the speed that is declared of them through the declared uplink: what the
 * twin has in place of an object storage.
 */
export const offsiteStore = (
  world: World,
  lab: Lab,
  { storage, copiesOf, uploadedBy }: { storage: string; copiesOf: Backing | undefined; uploadedBy: number },
): void => {
  const declared = lab.storage.items[storage as keyof typeof lab.storage.items];
  if (declared?.home.on !== "cloud") throw new Error(`${storage} is in no cloud.`);
  const read = typeof declared.read === "number" ? declared.read : 0;
  const vertex = `host:internet-${declared.home.uplink}`;
  const backing = addBacking(world, {
    id: storage,
    place: { kind: "host", vertex },
    total: 1e15,
    readBytesPerSecond: read,
    writeBytesPerSecond: read,
  });
  world.storages[storage] = {
    id: storage,
    type: "pbs",
    options: dict<string | number>([
      ["server", storage],
      ["content", "backup"],
    ]),
  };
  world.mounts[storage] = storage;
  for (const volume of Object.values(copiesOf?.volumes ?? {})) {
    if (volume.archive === undefined || volume.archive.at > uploadedBy) continue;
    addVolume(world, backing, { ...volume, storage, volid: volume.volid.replace(/^[^:]+/, storage) });
  }
};
