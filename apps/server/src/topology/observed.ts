import { type ClusterState, type Row, valueIn } from "@orrery/state";
import type { Link, Part, Seen, Topology } from "./topology.ts";

export const statusOf = (state: ClusterState | undefined, node: string): "online" | "offline" | "unknown" => {
  const found = state !== undefined && Object.hasOwn(state.nodes, node) ? state.nodes[node] : undefined;
  return valueIn(found?.presence)?.status ?? "unknown";
};

const interfacesOf = (state: ClusterState | undefined, node: string): readonly Row[] | undefined => {
  const found = state !== undefined && Object.hasOwn(state.nodes, node) ? state.nodes[node] : undefined;
  return valueIn(found?.network)?.interfaces;
};

const textIn = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** What a node says of an interface of that name; undefined where it said nothing of its interfaces. */
export const seenInterface = (state: ClusterState | undefined, node: string, name: string): Seen | undefined => {
  const rows = interfacesOf(state, node);
  if (rows === undefined) return undefined;
  const row = rows.find(({ iface }) => iface === name);
  if (row === undefined) return "absent";
  return row.active === 1 || row.active === true || row.active === "1" ? "up" : "down";
};

const wordsIn = (value: unknown): readonly string[] =>
  (textIn(value) ?? "").split(/[\s,;]+/).filter((one) => one !== "");

/** VLANs as Proxmox writes them: `2-4 10`. Undefined where there is nothing, or all of them. */
const tagsIn = (value: unknown): readonly number[] | undefined => {
  const tags = wordsIn(value).flatMap((word) => {
    const [first = Number.NaN, last = first] = word.split("-").map(Number);
    return last - first > 64 ? [] : Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
  return tags.length === 0 || tags.includes(Number.NaN) ? undefined : tags;
};

const bondsIn = (rows: readonly Row[]): NonNullable<Part["bonds"]> =>
  rows
    .filter(({ type }) => type === "bond" || type === "OVSBond")
    .map((row) => {
      const mode = textIn(row.bond_mode);
      return {
        name: textIn(row.iface) ?? "",
        ...(mode === undefined ? {} : { mode }),
        members: wordsIn(row.slaves ?? row.ovs_bonds),
      };
    });

const ofNode = (state: ClusterState, name: string): { readonly parts: Part[]; readonly links: Link[] } => {
  const rows = interfacesOf(state, name);
  const guests = Object.values(valueIn(state.guests) ?? {}).filter(({ node }) => node === name);
  const node: Part = {
    id: `node ${name}`,
    kind: "node",
    name,
    status: statusOf(state, name),
    bonds: bondsIn(rows ?? []),
    guests: guests.map(({ vmid, presence }) => valueIn(presence)?.name ?? String(vmid)),
    ...(rows === undefined ? { unknown: ["its interfaces could not be read"] } : {}),
  };
  const bridges = (rows ?? []).filter(({ type }) => type === "bridge" || type === "OVSBridge");
  return {
    parts: [
      node,
      ...bridges.map((row): Part => {
        const about = textIn(row.comments)?.trim();
        return {
          id: `bridge ${name}/${textIn(row.iface) ?? ""}`,
          kind: "bridge",
          name: textIn(row.iface) ?? "",
          ...(about === undefined || about === "" ? {} : { about }),
        };
      }),
    ],
    links: bridges.map((row): Link => {
      const bridge = textIn(row.iface) ?? "";
      const ports = wordsIn(row.bridge_ports ?? row.ovs_ports);
      const vlans = tagsIn(row.bridge_vids);
      const seen = seenInterface(state, name, bridge);
      return {
        id: `inside ${name}/${bridge}`,
        kind: "inside",
        from: `bridge ${name}/${bridge}`,
        to: `node ${name}`,
        name: ports.length === 0 ? "no port" : ports.join(", "),
        count: 1,
        carries: [],
        ...(vlans === undefined ? {} : { vlans }),
        ...(seen === undefined ? {} : { seen }),
      };
    }),
  };
};

/** The nodes and their bridges: what a cluster can tell by itself. Where cables end it does not know. */
export const observedTopology = (state: ClusterState): Topology => {
  const all = Object.keys(state.nodes).map((name) => ofNode(state, name));
  return { parts: all.flatMap(({ parts }) => parts), links: all.flatMap(({ links }) => links), vlans: [] };
};
