import {
  carriersOf,
  type Inventory,
  inventoryOf,
  isUnknown,
  known,
  type Lab,
  type Node,
  refText,
  traffic,
  type Unknown,
} from "@orrery/model";
import type { ClusterState } from "@orrery/state";
import { seenInterface, statusOf } from "./observed.ts";
import type { Link, Part, Topology } from "./topology.ts";

const whysOf = (...values: readonly unknown[]): { unknown?: readonly string[] } => {
  const whys = [...new Set(values.flatMap((value) => (isUnknown(value) ? [value.why] : [])))];
  return whys.length === 0 ? {} : { unknown: whys };
};

const tags = (vlans: readonly number[] | Unknown | undefined): { vlans?: readonly number[] } =>
  vlans === undefined || isUnknown(vlans) ? {} : { vlans };

/** Where cables end of which nobody says where: they are taken to meet at one switch. */
const nowhere = "switch of unknown name";

const nodePart = (inventory: Inventory, name: string, node: Node, state: ClusterState | undefined): Part => ({
  id: `node ${name}`,
  kind: "node",
  name,
  ...(isUnknown(node.purpose) ? {} : { about: node.purpose }),
  status: statusOf(state, name),
  bridges: Object.entries(node.bridges).map(([bridge, { on, vlans }]) => ({ name: bridge, on, ...tags(vlans) })),
  bonds: Object.entries(node.bonds).map(([bond, { mode, members }]) => ({ name: bond, mode, members })),
  guests: [...inventory.guestsOn].flatMap(([of, guests]) => (of === name ? guests.map((guest) => guest.name) : [])),
});

const cablesOf = (name: string, node: Node, state: ClusterState | undefined): Link[] =>
  Object.entries(node.nics).map(([nic, { speed, switch: end }]): Link => {
    const bond = Object.entries(node.bonds).find(([, { members }]) => members.includes(nic))?.[0];
    const seen = seenInterface(state, name, nic);
    const bits = known(speed);
    return {
      id: `cable ${name}/${nic}`,
      kind: "cable",
      from: isUnknown(end) ? nowhere : `switch ${refText(end)}`,
      to: `node ${name}`,
      name: nic,
      ...(bond === undefined ? {} : { bond }),
      count: 1,
      ...(bits === undefined ? {} : { speed: bits }),
      carries: traffic.options.filter((kind) => carriersOf(node, kind).includes(nic)),
      ...(seen === undefined ? {} : { seen }),
      ...whysOf(end, speed),
    };
  });

const switchParts = ({ network }: Lab): Part[] =>
  Object.entries(network.switches).map(([name, { model }]) => ({
    id: `switch ${name}`,
    kind: "switch",
    name,
    about: model,
  }));

const waysOut = ({ network }: Lab): { readonly parts: readonly Part[]; readonly links: readonly Link[] } => ({
  parts: [
    ...Object.entries(network.firewalls).map(
      ([name, { model, routes }]): Part => ({
        id: `firewall ${name}`,
        kind: "firewall",
        name,
        about: model,
        ...whysOf(routes),
      }),
    ),
    ...Object.entries(network.uplinks).map(
      ([name, { down, up }]): Part => ({ id: `uplink ${name}`, kind: "uplink", name, ...whysOf(down, up) }),
    ),
  ],
  links: [
    ...Object.entries(network.firewalls).map(([name, { switch: at, speed, routes }]): Link => {
      const bits = known(speed);
      return {
        id: `line firewall ${name}`,
        kind: "line",
        from: `firewall ${name}`,
        to: `switch ${refText(at)}`,
        name,
        count: 1,
        ...(bits === undefined ? {} : { speed: bits }),
        carries: [],
        ...tags(routes),
        ...whysOf(speed, routes),
      };
    }),
    ...Object.entries(network.uplinks).map(
      ([name, { via }]): Link => ({
        id: `line uplink ${name}`,
        kind: "line",
        from: `uplink ${name}`,
        to: `firewall ${via}`,
        name,
        count: 1,
        carries: [],
      }),
    ),
  ],
});

const lagLinks = ({ network }: Lab): Link[] =>
  Object.entries(network.lags).map(([name, { between, links, speed, vlans }]) => ({
    id: `lag ${name}`,
    kind: "lag",
    from: `switch ${refText(between[0])}`,
    to: `switch ${refText(between[1])}`,
    name,
    count: links,
    speed,
    carries: [],
    ...tags(vlans),
    ...whysOf(vlans),
  }));

/** A switch that links name and no list has: its name was misspelt, or nobody said it. */
const unlisted = (parts: readonly Part[], links: readonly Link[]): Part[] => {
  const listed = new Set(parts.map(({ id }) => id));
  const missing = new Set(links.flatMap(({ from, to }) => [from, to]).filter((id) => !listed.has(id)));
  return [...missing].map((id) => ({
    id,
    kind: "switch",
    name: id === nowhere ? "unknown" : id.slice(id.indexOf(" ") + 1),
    unknown: [id === nowhere ? "nobody says where these cables end" : "the declaration has no switch of that name"],
  }));
};

/** The network as the declaration has it, with what the cluster says of its nodes. */
export const declaredTopology = (lab: Lab, state: ClusterState | undefined): Topology => {
  const inventory = inventoryOf(lab);
  const out = waysOut(lab);
  const links = [
    ...out.links,
    ...lagLinks(lab),
    ...[...inventory.nodes].flatMap(([name, node]) => cablesOf(name, node, state)),
  ];
  const parts = [
    ...out.parts,
    ...switchParts(lab),
    ...[...inventory.nodes].map(([name, node]) => nodePart(inventory, name, node, state)),
  ];
  return {
    parts: [...parts, ...unlisted(parts, links)],
    links,
    vlans: Object.entries(lab.network.vlans).map(([tag, { subnet, purpose }]) => {
      const [net, why] = [known(subnet), known(purpose)];
      return {
        tag: Number(tag),
        ...(net === undefined ? {} : { subnet: net }),
        ...(why === undefined ? {} : { purpose: why }),
      };
    }),
  };
};
