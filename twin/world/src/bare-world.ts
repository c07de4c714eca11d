import { asVirtualMachine } from "./bare-node.ts";
import type { Member } from "./cluster.ts";
import { startCorosync } from "./corosync.ts";
import { dict } from "./dict.ts";
import { addBacking } from "./new-backing.ts";
import { addNode } from "./new-node.ts";
import { newWorld } from "./new-world.ts";
import type { Release, World } from "./world.ts";

export type BareWorld = {
  nodes: string[];
  release?: Release;
  seed?: number;
  /** Epoch milliseconds at which the world begins; 2026-11-22 08:00 UTC unless told. */
  now?: number;
};

/**
 * An empty world: nodes of 2 CPUs and 24 GiB at 10.99.0.1 and up, dir storage `local` at /var/lib/vz, bridge `vmbr0`,
 * one switch at 10 Gbit/s, no guests. One node stands alone; more are the cluster `testclu`.
 */
export const bareWorld = ({ nodes, release = "9.2", seed = 1, now = Date.UTC(2026, 10, 22, 8) }: BareWorld): World => {
  const world = newWorld({ release, seed, now });
  world.storages.local = {
    id: "local",
    type: "dir",
    options: dict<string | number>([
      ["path", "/var/lib/vz"],
      ["content", "backup,images,iso,rootdir,snippets,vztmpl"],
      ["prune-backups", "keep-all=1"],
    ]),
  };
  const members = dict<Member>();
  for (const [index, name] of nodes.entries()) {
    const address = `10.99.0.${index + 1}`;
    const node = addNode(world, { name, address, prefix: 24, gateway: "10.99.0.254", search: "example.test" });
    const disk = asVirtualMachine(node);
    const root = world.backings[node.root];
    if (root) root.disks = [disk];
    members[name] = { name, nodeid: index + 1, votes: 1, links: [address] };
    const id = `${name}/local`;
    addBacking(world, {
      id,
      place: { kind: "node", node: name },
      total: 270_553_174_016,
      base: 1_073_741_824,
      disks: [disk],
    });
    world.mounts[`local@${name}`] = id;
    world.network.links[`${name}/eth0`] = {
      id: `${name}/eth0`,
      ends: [`node:${name}`, "switch:sw1"],
      bitsPerSecond: 10e9,
      members: 1,
      health: 1,
    };
  }
  world.cluster.partitions = [nodes.toSorted()];
  if (nodes.length > 1) {
    world.cluster.corosync = { name: "testclu", version: nodes.length, members };
    startCorosync(world, nodes);
  }
  return world;
};
