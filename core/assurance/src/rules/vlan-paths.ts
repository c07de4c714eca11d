import {
  type Guest,
  type Inventory,
  isAsWritten,
  isUnknown,
  type NodeName,
  nothingFailed,
  type Path,
  type VlanId,
  vlanReaches,
} from "@orrery/model";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { are, count, groupBy, list } from "../words.ts";

type OnVlan = {
  readonly guest: Guest;
  readonly path: Path;
  readonly node: NodeName;
  readonly bridge: string;
  readonly vlan: VlanId;
};

const guestsOnVlans = ({ lab, inventory }: Context): readonly OnVlan[] =>
  lab.guests.items.flatMap((guest, index) => {
    const node = inventory.nodeOf(guest.node);
    if (node === undefined) return [];
    return guest.nics.flatMap((nic, at): OnVlan[] =>
      nic.vlan === undefined || isAsWritten(nic.vlan)
        ? []
        : [{ guest, path: ["guests", "items", index, "nics", at, "vlan"], node, bridge: nic.bridge, vlan: nic.vlan }],
    );
  });

export const bridgeLacksVlan: Rule = {
  id: "addresses/bridge-lacks-vlan",
  chapter: "guests",
  severity: "error",
  title: "Every guest's VLAN is carried by the bridge it is on",
  why: "A tag that a bridge does not let through is dropped without a word.",
  how: "The VLAN of each guest NIC is looked up in the VLANs of its bridge on its node. Where those are unknown, it is unproven, once for the bridge.",
  remedy: "Add the VLAN to the bridge, or move the guest.",
  *check(context): Generator<Draft> {
    const { lab } = context;
    for (const [place, here] of groupBy(context.once(guestsOnVlans), ({ node, bridge }) => `${node}/${bridge}`)) {
      const [first] = here;
      const bridge = first === undefined ? undefined : lab.cluster.nodes[first.node]?.bridges[first.bridge];
      if (first === undefined || bridge === undefined) continue;
      const path: Path = ["cluster", "nodes", first.node, "bridges", first.bridge, "vlans"];
      if (isUnknown(bridge.vlans)) {
        const tags = [...new Set(here.map(({ vlan }) => vlan))].sort((a, b) => a - b);
        yield {
          subject: place,
          path,
          claim: `${place} carries VLAN ${list(tags.map(String))} to ${count(here.length, "NIC")} of guests`,
          why: `Unknown: ${bridge.vlans.why}.`,
          remedy: `Declare which VLANs ${place} carries.`,
          verdict: "unproven",
          severity: "warning",
        };
        continue;
      }
      for (const { guest, path: nicPath, vlan } of here) {
        if (bridge.vlans.includes(vlan)) continue;
        yield {
          subject: guest.name,
          path: nicPath,
          claim: `${guest.name} is on VLAN ${vlan} at ${place}`,
          why: `${place} carries VLAN ${list(bridge.vlans.map(String))} and not ${vlan}.`,
          remedy: `Add VLAN ${vlan} to ${place}, or move ${guest.name}.`,
        };
      }
    }
  },
};

/** The routers of a VLAN: the firewalls that are declared to route it. */
const routersOf = ({ lab }: Inventory, vlan: VlanId): readonly string[] =>
  Object.entries(lab.network.firewalls).flatMap(([name, firewall]) =>
    isUnknown(firewall.routes) || firewall.routes.includes(vlan) ? [name] : [],
  );

export const pathLacksVlan: Rule = {
  id: "addresses/path-lacks-vlan",
  chapter: "network",
  severity: "error",
  title: "Every guest's VLAN reaches its router",
  why: "A VLAN that stops at a link between switches leaves the guests behind it with neighbours and no gateway.",
  how: "On the graph of bridges, cables, switches and LAGs, each node with guests of a VLAN must reach a firewall that routes it. Where a link's VLANs are unknown, it is unproven, once for the link.",
  remedy: "Add the VLAN to the link.",
  *check(context): Generator<Draft> {
    const { inventory, lab } = context;
    const byVlan = groupBy(context.once(guestsOnVlans), ({ vlan }) => vlan);
    const tags = list([...byVlan.keys()].sort((a, b) => a - b).map(String));
    const links = [
      ...Object.entries(lab.network.lags).map(
        ([name, lag]) => [name, ["network", "lags", name, "vlans"] as Path, lag.vlans, "carries"] as const,
      ),
      ...Object.entries(lab.network.firewalls).map(
        ([name, firewall]) =>
          [name, ["network", "firewalls", name, "routes"] as Path, firewall.routes, "routes"] as const,
      ),
    ];
    for (const [name, path, vlans, verb] of links) {
      if (!isUnknown(vlans) || byVlan.size === 0) continue;
      yield {
        subject: name,
        path,
        claim: `${name} ${verb} VLAN ${tags}`,
        why: `Unknown: ${vlans.why}.`,
        remedy: `Declare which VLANs ${name} ${verb}.`,
        verdict: "unproven",
        severity: "warning",
      };
    }
    for (const [vlan, here] of byVlan) {
      const routers = routersOf(inventory, vlan);
      const reached = new Set(
        vlanReaches(
          inventory,
          nothingFailed,
          vlan,
          routers.map((router) => `firewall ${router}`),
        ),
      );
      if (routers.length === 0) continue;
      for (const [node, guests] of groupBy(here, (use) => use.node)) {
        const bridges = inventory.nodes.get(node)?.bridges ?? {};
        const carried = Object.values(bridges).some((bridge) => isUnknown(bridge.vlans) || bridge.vlans.includes(vlan));
        if (reached.has(node) || !carried) continue;
        yield {
          subject: `VLAN ${vlan}`,
          path: ["network", "vlans", String(vlan)],
          claim: `VLAN ${vlan} reaches ${list(guests.map(({ guest }) => guest.name))} on ${node}`,
          why: `${count(guests.length, "guest")} on ${node} ${are(guests.length)} on VLAN ${vlan}, and no path from ${node} to ${list(routers)} carries it.`,
          remedy: `Add VLAN ${vlan} to every link between ${node} and ${list(routers)}.`,
        };
      }
    }
  },
};
