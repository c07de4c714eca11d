import {
  componentName,
  isAsWritten,
  isUnknown,
  known,
  nothingFailed,
  type Path,
  quorumAfter,
  refText,
  type Unknown,
} from "@orrery/model";
import type { Draft, Objective } from "../finding.ts";
import { networkReaches, placeOf } from "../network-reach.ts";
import type { Context, Rule } from "../rule.ts";
import { are, count, list } from "../words.ts";

const quorumLost: Rule = {
  id: "failure/quorum",
  chapter: "network",
  severity: "error",
  title: "No single failure costs the cluster its quorum",
  why: "Without quorum /etc/pve is read-only on every node: nothing can be started, moved or changed, and HA resets the nodes that hold its guests.",
  how: "For each node, switch, cable, LAG, firewall and uplink, votes are counted in the largest group of nodes that still reach one another over links that carry corosync, a reachable QDevice's included.",
  remedy: "Give corosync a second link over another switch, or add a QDevice.",
  *check(context): Generator<Draft> {
    const healthy = quorumAfter(context.inventory, nothingFailed);
    if (!healthy.survives) {
      yield {
        subject: context.lab.cluster.name,
        path: ["cluster", "expectedVotes"],
        claim: `${context.lab.cluster.name} has quorum`,
        why: `With everything up, ${list(healthy.group)} reach one another over the cluster's links: ${healthy.votes} of ${healthy.expected} votes, ${healthy.needed} needed.`,
        remedy: "Declare which links carry the cluster's traffic on each node, or correct the votes.",
      };
      return;
    }
    for (const { component, quorum } of context.once(networkReaches)) {
      if (quorum.survives) continue;
      yield {
        subject: componentName(component),
        path: placeOf(context, component),
        claim: `the cluster outlives the loss of ${componentName(component)}`,
        why: `The largest group that is left is ${list(quorum.group)} with ${count(quorum.votes, "vote")} of ${quorum.expected}; ${quorum.needed} are needed.`,
        remedy:
          component.kind === "node"
            ? "Add a node or a QDevice."
            : `Give corosync a second link that does not pass ${componentName(component)}.`,
      };
    }
  },
};

const isolated: Rule = {
  id: "failure/isolates-node",
  chapter: "network",
  severity: "warning",
  title: "No single failure of the network parts a node from the others",
  why: "A node that loses corosync is outvoted: HA fences it, and all that ran there stops, for the sake of one cable.",
  how: "For each switch, cable and LAG, the nodes outside the group that keeps quorum are listed. Failures that cost quorum altogether are told by failure/quorum.",
  remedy: "Give corosync a second link on that node, over another switch.",
  *check(context): Generator<Draft> {
    for (const { component, quorum, isolated: cut } of context.once(networkReaches)) {
      if (!quorum.survives || cut.length === 0 || component.kind === "node") continue;
      const guests = cut.reduce((sum, node) => sum + (context.inventory.guestsOn.get(node)?.length ?? 0), 0);
      yield {
        subject: componentName(component),
        path: placeOf(context, component),
        claim: `every node stays in the cluster without ${componentName(component)}`,
        why: `${list(cut)} ${are(cut.length)} parted from ${list(quorum.group)}, with ${count(guests, "guest")}.`,
        remedy: `Let a second link of ${list(cut)} carry the cluster's traffic too.`,
      };
    }
  },
};

const always = ({ lab }: Context): boolean => "always" in (known(lab.service.hours.service) ?? {});

type Unstated = { readonly name: string; readonly path: Path; readonly why: string };

/** Links, firewalls and guests' bridges of which nobody says which VLANs they carry; they are taken to carry all. */
const unstatedVlans = ({ lab, inventory }: Context): readonly Unstated[] => {
  const named = (name: string, path: Path, vlans: readonly number[] | Unknown): Unstated[] =>
    isUnknown(vlans) ? [{ name, path, why: vlans.why }] : [];
  const used = new Set(
    lab.guests.items.flatMap((guest) =>
      guest.nics.flatMap((nic) => (nic.vlan === undefined ? [] : [`${inventory.nodeOf(guest.node)}/${nic.bridge}`])),
    ),
  );
  if (used.size === 0) return [];
  return [
    ...Object.entries(lab.network.firewalls).flatMap(([name, { routes }]) =>
      named(name, ["network", "firewalls", name, "routes"], routes),
    ),
    ...Object.entries(lab.network.lags).flatMap(([name, { vlans }]) =>
      named(name, ["network", "lags", name, "vlans"], vlans),
    ),
    ...[...inventory.nodes].flatMap(([node, { bridges }]) =>
      Object.entries(bridges).flatMap(([name, { vlans }]) =>
        used.has(`${node}/${name}`)
          ? named(`${node}/${name}`, ["cluster", "nodes", node, "bridges", name, "vlans"], vlans)
          : [],
      ),
    ),
  ];
};

const singlePoint: Rule = {
  id: "failure/single-point",
  chapter: "network",
  severity: "warning",
  title: "A service that is always there has no single point in its network",
  why: "24x7 is a promise about every part that all traffic passes, the firewall as much as the nodes.",
  how: "Where the service hours say always, for each switch, LAG, cable and firewall the guests on standing nodes that lose their router, and the nodes that lose a storage served over the network, are listed. A link, bridge or firewall of unknown VLANs is taken to carry all of them: what is not told then stays unproven.",
  remedy: "Double the part, or promise less.",
  *check(context): Generator<Draft> {
    if (!always(context)) return;
    for (const { component, guestsCutOff, storageCutOff, guests } of context.once(networkReaches)) {
      if (component.kind === "node" || (guests === 0 && storageCutOff.length === 0)) continue;
      const lost = [
        ...(guests === 0
          ? []
          : [`${count(guests, "guest")} on ${list(guestsCutOff)} lose${guests === 1 ? "s" : ""} the router`]),
        ...storageCutOff.map(({ storage, nodes }) => `${list(nodes)} lose${nodes.length === 1 ? "s" : ""} ${storage}`),
      ];
      yield {
        subject: componentName(component),
        path: placeOf(context, component),
        claim: `the service is always available without ${componentName(component)}`,
        why: `${lost.join("; ")}.`,
        remedy: `Double ${componentName(component)}, or declare the hours that it can be repaired in.`,
      };
    }
    const unstated = unstatedVlans(context);
    const [first] = unstated;
    if (first === undefined) return;
    const names = list(unstated.map(({ name }) => name));
    yield {
      subject: "network",
      path: first.path,
      claim: "the service is always available without any one part of its network",
      verdict: "unproven",
      why: `Which VLANs ${names} ${unstated.length === 1 ? "carries" : "carry"} is unknown (${[...new Set(unstated.map(({ why }) => why))].join("; ")}): taken to carry all, so that more parts may be single points.`,
      remedy: `Declare the VLANs of ${names}.`,
    };
  },
};

const singleDisk: Rule = {
  id: "failure/single-disk",
  chapter: "storage",
  severity: "warning",
  title: "No guest's only copy is on one disk",
  why: "One disk fails sooner than a node does, and takes everything on it back to the last backup.",
  how: "Local storages of one disk are listed with the running guests that have disks there and no replication. Redundancy that a pool makes of several disks is taken from the number of disks.",
  remedy: "Mirror the disk, replicate the guests, or declare that losing a day is accepted (a waiver).",
  *check(context): Generator<Draft> {
    const { inventory } = context;
    for (const [name, storage] of inventory.storages) {
      const { home } = storage;
      if ((home.on !== "each node" && home.on !== "node") || isUnknown(home.disks)) continue;
      const { disks: names } = home;
      for (const ref of home.on === "node" ? [home.node] : home.nodes) {
        const node = inventory.nodeOf(ref);
        const disks = node === undefined ? [] : names.map((disk) => inventory.nodes.get(node)?.disks[disk]);
        if (node === undefined || disks.reduce((sum, disk) => sum + (disk?.count ?? 0), 0) !== 1) continue;
        const guests = (inventory.guestsOn.get(node) ?? []).filter(
          (guest) => guest.replication.length === 0 && guest.disks.some((disk) => disk.storage === name),
        );
        if (guests.length === 0) continue;
        yield {
          subject: `${name} on ${node}`,
          path: ["storage", "items", name, "home", "disks"],
          claim: `${count(guests.length, "guest")} on ${name} of ${node}`,
          why: `${list(names)} of ${node} is one disk; with it go ${list(guests.map((guest) => guest.name))}, back to the last backup.`,
          remedy: `Add a second disk to ${name} on ${node} as a mirror, or replicate those guests to another node.`,
        };
      }
    }
  },
};

const onlyProvider: Rule = {
  id: "failure/only-provider",
  chapter: "guests",
  severity: "warning",
  title: "No node's loss takes away every provider of a service",
  why: "Two DNS servers on one node are one DNS server.",
  how: "The running guests that provide each service are listed with their nodes; all on one node is a single point.",
  remedy: "Run a second provider on another node.",
  *check({ lab, inventory }): Generator<Draft> {
    const services = new Set(lab.guests.items.flatMap((guest) => guest.provides));
    for (const service of services) {
      const providers = lab.guests.items.filter(
        (guest) => guest.state === "running" && guest.provides.includes(service),
      );
      const nodes = new Set(providers.map((guest) => inventory.nodeOf(guest.node) ?? refText(guest.node)));
      const [first] = providers;
      if (first === undefined || nodes.size > 1) continue;
      const needing = lab.guests.items.filter((guest) => guest.needs.includes(service));
      yield {
        subject: service,
        path: ["guests", "items", inventory.indexOf.get(first) ?? 0, "provides"],
        claim: `${service} is provided by ${list(providers.map((guest) => guest.name))}`,
        why: `All of it is on ${[...nodes][0]}${needing.length === 0 ? "" : `; ${list(needing.map((guest) => guest.name))} ${needing.length === 1 ? "needs" : "need"} it`}.`,
        remedy: `Run a second provider of ${service} on another node.`,
      };
    }
  },
};

const watchedFromInside: Rule = {
  id: "failure/watched-from-inside",
  chapter: "monitoring",
  severity: "warning",
  title: "Something outside the cluster tells when the cluster is down",
  why: "Monitoring that runs on the cluster it watches is silent exactly when quorum or its own node is lost, and silence looks like health.",
  how: "A guest that monitoring runs on shares the fate of its node and of the cluster's network.",
  remedy: "Let something outside watch the watcher: a dead man's switch, a second Prometheus elsewhere.",
  *check({ lab, inventory }): Generator<Draft> {
    const quorum = lab.monitoring.thresholds.find((threshold) => threshold.subject === "quorum");
    for (const [index, part] of lab.monitoring.runsOn.entries()) {
      const guest = inventory.guestOf(part.guest);
      if (guest === undefined || isAsWritten(part.guest) || part.watchedFrom !== undefined) continue;
      yield {
        subject: guest.name,
        path: ["monitoring", "runsOn", index],
        claim: `${part.as} on ${guest.name}`,
        why: `${guest.name} runs on ${refText(guest.node)}, one of the nodes it watches${quorum === undefined ? "" : "; when that node or quorum is lost, no alert leaves"}.`,
        remedy: `Have something outside the cluster notice when ${guest.name} falls silent, and declare it as watchedFrom.`,
      };
    }
  },
};

/** Quorum under any single failure, as an objective of the cluster. */
export function* quorumObjective(context: Context): Generator<Objective> {
  const reachesAll = context.once(networkReaches);
  const lost = reachesAll.filter((reach) => !reach.quorum.survives);
  yield {
    id: "cluster/quorum",
    chapter: "cluster",
    path: ["cluster", "expectedVotes"],
    title: "Quorum outlives any single failure",
    verdict: lost.length === 0 ? "met" : "missed",
    figure: `${reachesAll.length - lost.length} of ${reachesAll.length}`,
    why:
      lost.length === 0
        ? "votes counted on the network graph, one failure at a time"
        : `lost with ${list(lost.map((reach) => componentName(reach.component)))}`,
  };
}

export const failure: readonly Rule[] = [
  quorumLost,
  isolated,
  singlePoint,
  singleDisk,
  onlyProvider,
  watchedFromInside,
];
