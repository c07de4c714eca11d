import { type AsWritten, isAsWritten, type Lab, type Traffic } from "@orrery/model";
import type { Link } from "./network.ts";
import { nodeVertex } from "./reach.ts";
import type { World } from "./world.ts";

const switchVertex = (name: string | AsWritten): string => `switch:${isAsWritten(name) ? "unnamed" : name}`;

/** The cables of a declared lab: each bond or single NIC to each switch it goes to, and the LAGs between switches. */
export const addLabNetwork = (world: World, lab: Lab): void => {
  const add = (link: Omit<Link, "health">): void => {
    world.network.links[link.id] = { ...link, health: 1 };
  };
  for (const [node, { nics, bonds, carries }] of Object.entries(lab.cluster.nodes)) {
    const meant = (name: string): { carries: Traffic[] } => ({
      carries: (Object.keys(carries) as Traffic[]).filter((traffic) => carries[traffic]?.includes(name)),
    });
    const bonded = new Set(Object.values(bonds).flatMap(({ members }) => members));
    for (const [name, nic] of Object.entries(nics)) {
      if (bonded.has(name)) continue;
      add({
        id: `${node}/${name}`,
        ends: [nodeVertex(node), switchVertex(nic.switch)],
        bitsPerSecond: nic.speed,
        members: 1,
        ...meant(name),
      });
    }
    for (const [name, bond] of Object.entries(bonds)) {
      const members = bond.members.flatMap((member) => nics[member] ?? []);
      const perSwitch = Map.groupBy(members, (nic) => switchVertex(nic.switch));
      for (const [vertex, cables] of perSwitch) {
        const active = bond.mode === "active-backup" ? cables.slice(0, 1) : cables;
        const bitsPerSecond = active.reduce((sum, { speed }) => sum + speed, 0);
        const id = perSwitch.size === 1 ? `${node}/${name}` : `${node}/${name}/${vertex.slice(7)}`;
        add({ id, ends: [nodeVertex(node), vertex], bitsPerSecond, members: active.length, ...meant(name) });
      }
    }
  }
  for (const [name, lag] of Object.entries(lab.network.lags)) {
    const [one, other] = lag.between;
    add({
      id: `lag/${name}`,
      ends: [switchVertex(one), switchVertex(other)],
      bitsPerSecond: lag.speed * lag.links,
      members: lag.links,
    });
  }
};
