import type { Member } from "./cluster.ts";
import { dict } from "./dict.ts";
import type { ActsFor } from "./outcome.ts";
import type { World } from "./world.ts";

type Newcomer = { node: string; links: string[]; votes: number; nodeid: number };

const memberOf = (world: World, { node, links, votes, nodeid }: Newcomer): Member => {
  const taken = Object.values(world.cluster.corosync?.members ?? {}).map((member) => member.nodeid);
  let free = 1;
  while (taken.includes(free)) free += 1;
  const address = world.nodes[node]?.address ?? "";
  return { name: node, nodeid: nodeid || free, votes, links: links.length > 0 ? links : [address] };
};

/** The member whose address or name this is. */
const memberAt = (world: World, host: string): string | undefined =>
  Object.values(world.nodes).find((node) => node.name === host || node.address === host)?.name;

export const membershipActs: ActsFor<"cluster.create" | "cluster.check-join" | "cluster.join"> = {
  "cluster.create": (world, _task, act) => {
    const members = dict([[act.node, memberOf(world, act)] as const]);
    world.cluster.corosync = { name: act.name, version: 1, members };
    const corosync = world.nodes[act.node]?.services.corosync;
    if (corosync) corosync.active = true;
    return undefined;
  },
  "cluster.check-join": (world, _task, { node, host, fingerprint }) => {
    const problems: string[] = [];
    if (Object.values(world.guests).some((guest) => guest.node === node)) {
      problems.push("* this host already contains virtual guests");
    }
    if (world.cluster.corosync?.members[node]) {
      problems.push("* cluster config '/etc/pve/corosync.conf' already exists");
    }
    if (problems.length > 0) {
      const texts = problems.map((text) => ({ do: "log", text }) as const);
      return [
        { do: "log", text: "detected the following error(s):" },
        ...texts,
        { do: "fail", message: "Check if node may join a cluster failed!" },
      ];
    }
    const other = memberAt(world, host);
    const certificate = world.nodes[other ?? ""]?.certificates.find(({ filename }) => filename === "pve-ssl.pem");
    if (!other || !world.cluster.corosync?.members[other]) return { fail: `500 Can't connect to ${host}:8006` };
    if (certificate && certificate.fingerprint !== fingerprint) {
      return { fail: `fingerprint '${certificate.fingerprint}' not verified, abort!` };
    }
    return undefined;
  },
  "cluster.join": (world, _task, act) => {
    const { corosync, partitions } = world.cluster;
    const other = memberAt(world, act.host);
    if (!corosync || !other) return { fail: `500 Can't connect to ${act.host}:8006` };
    corosync.members[act.node] = memberOf(world, act);
    corosync.version += 1;
    const rest = partitions.map((group) => group.filter((name) => name !== act.node)).filter((group) => group.length > 0);
    world.cluster.partitions = rest
      .map((group) => (group.includes(other) ? [...group, act.node].toSorted() : group))
      .toSorted();
    const service = world.nodes[act.node]?.services.corosync;
    if (service) service.active = true;
    return undefined;
  },
};
