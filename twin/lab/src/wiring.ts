import {
  type Node as DeclaredNode,
  isAsWritten,
  isUnknown,
  known,
  type Nic,
  type NodeName,
  type Traffic,
  traffic,
} from "@orrery/model";
import { dict, type Member, startCorosync, type World } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { assumed, defaults } from "./defaults.ts";

type Cable = { id: string; to: string; bitsPerSecond: number; members: number; carries?: Traffic[] };

const unknownSwitch = "unknown";

const aggregating = new Set(["802.3ad", "balance-rr", "balance-xor", "balance-alb", "balance-tlb"]);

/** The traffic that a NIC or bond is declared for; what no link of the node is declared for, goes over all of them. */
const trafficOf = (node: DeclaredNode, link: string): Traffic[] =>
  traffic.options.filter((kind) => node.carries[kind]?.includes(link) ?? true);

/** Where nobody says what cables end at, they meet at one switch. */
const switchOf = (building: Building, { switch: end }: Nic, subject: string): string => {
  if (isAsWritten(end)) return end.text;
  if (!isUnknown(end)) return end;
  building.ledger.assume("switch that a cable ends at", "one that all such cables share", end.why, subject);
  return unknownSwitch;
};

const speedOf = ({ ledger }: Building, { speed }: Nic, subject: string): number =>
  known(speed) ?? assumed(ledger, "speed of a NIC", defaults.linkBitsPerSecond, subject);

/** The cables of a node; a bond that aggregates on one switch is one link of several members. */
const cablesOf = (building: Building, name: NodeName, node: DeclaredNode): Cable[] => {
  const { ledger } = building;
  const bonded = new Map(
    Object.entries(node.bonds).flatMap(([bond, { members }]) => members.map((nic) => [nic, bond])),
  );
  const cables: Cable[] = [];
  const plug = (nic: string, link: string): void => {
    const found = node.nics[nic];
    if (found === undefined) return;
    if (isAsWritten(found.switch)) {
      ledger.leaveOut("cable of a NIC", `the switch "${found.switch.text}" is declared nowhere`, `${name}/${nic}`);
      return;
    }
    cables.push({
      id: `${name}/${nic}`,
      to: switchOf(building, found, `${name}/${nic}`),
      bitsPerSecond: speedOf(building, found, `${name}/${nic}`),
      members: 1,
      carries: trafficOf(node, link),
    });
  };
  for (const nic of Object.keys(node.nics)) if (!bonded.has(nic)) plug(nic, nic);
  for (const [bond, { mode, members }] of Object.entries(node.bonds)) {
    const ends = members.flatMap((nic) => node.nics[nic] ?? []);
    const [first] = ends;
    const oneSwitch = first !== undefined && ends.every((end) => end.switch === first.switch);
    if (aggregating.has(mode) && oneSwitch && !isAsWritten(first.switch)) {
      const bitsPerSecond = ends.reduce((sum, end) => sum + speedOf(building, end, `${name}/${bond}`), 0);
      cables.push({
        id: `${name}/${bond}`,
        to: switchOf(building, first, `${name}/${bond}`),
        bitsPerSecond,
        members: ends.length,
        carries: trafficOf(node, bond),
      });
    } else {
      if (aggregating.has(mode) && members.length > 1)
        ledger.readAs(
          "bond over several switches",
          "its first link, the others in reserve",
          "a way in the twin runs over one link of a node",
          `${name}/${bond}`,
        );
      for (const nic of members) plug(nic, bond);
    }
  }
  return cables;
};

const link = (world: World, ends: [string, string], cable: Omit<Cable, "to">): void => {
  const { id, bitsPerSecond, members, carries } = cable;
  world.network.links[id] = {
    id,
    ends,
    bitsPerSecond,
    members,
    health: 1,
    ...(carries === undefined ? {} : { carries }),
  };
};

/** Switches, cables, link aggregations, firewalls and uplinks as a graph. */
export const buildNetwork = (building: Building): void => {
  const { world, inventory, ledger } = building;
  const { network, cluster } = inventory.lab;
  for (const [name, node] of inventory.nodes) {
    for (const cable of cablesOf(building, name, node)) link(world, [`node:${name}`, `switch:${cable.to}`], cable);
  }
  for (const [id, { between, links, speed }] of Object.entries(network.lags)) {
    const [one, other] = between;
    if (isAsWritten(one) || isAsWritten(other))
      ledger.leaveOut("link between switches", "one of them is declared nowhere", id);
    else link(world, [`switch:${one}`, `switch:${other}`], { id, bitsPerSecond: links * speed, members: links });
  }
  for (const [id, firewall] of Object.entries(network.firewalls)) {
    if (isAsWritten(firewall.switch)) {
      ledger.leaveOut("firewall", `the switch "${firewall.switch.text}" is declared nowhere`, id);
      continue;
    }
    const bitsPerSecond =
      known(firewall.speed) ?? assumed(ledger, "speed of a firewall's port", defaults.uplinkBitsPerSecond, id);
    link(world, [`host:${id}`, `switch:${firewall.switch}`], {
      id: `${id}/${firewall.switch}`,
      bitsPerSecond,
      members: 1,
    });
  }
  for (const [id, uplink] of Object.entries(network.uplinks)) {
    const bitsPerSecond = known(uplink.up) ?? assumed(ledger, "speed of an uplink", defaults.uplinkBitsPerSecond, id);
    link(world, [`host:${uplink.via}`, `host:internet-${id}`], { id, bitsPerSecond, members: 1 });
  }
  if (cluster.qdevice !== undefined)
    ledger.readAs(
      "QDevice",
      "a vote that is always there",
      "the twin does not lose the way to it",
      cluster.qdevice.host,
    );
};

/** Corosync as declared. One node alone is no cluster. */
export const buildMembership = ({ world, inventory, ledger }: Building): void => {
  const { cluster } = inventory.lab;
  const names = [...inventory.nodes.keys()];
  world.cluster.partitions = [names.toSorted()];
  if (names.length < 2) return;
  const members = dict<Member>();
  let votes = cluster.qdevice?.votes ?? 0;
  for (const [index, [name, node]] of [...inventory.nodes].entries()) {
    members[name] = { name, nodeid: index + 1, votes: node.votes, links: [world.nodes[name]?.address ?? ""] };
    votes += node.votes;
  }
  if (votes !== cluster.expectedVotes)
    ledger.readAs(
      "expected votes",
      `${votes}`,
      `${cluster.expectedVotes} are declared, and corosync counts its members'`,
      cluster.name,
    );
  world.cluster.corosync = {
    name: cluster.name,
    version: names.length,
    members,
    ...(cluster.qdevice === undefined ? {} : { qdevice: { votes: cluster.qdevice.votes, alive: true } }),
  };
  startCorosync(world, names);
};
