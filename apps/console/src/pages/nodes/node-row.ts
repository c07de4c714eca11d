import type { Api } from "../../api/client.ts";
import type { Measured } from "../../detail/measured.ts";
import type { Field } from "../../filter/field.ts";

/** A node with what is measured of it. Undefined where it was not seen. */
export type NodeRow = Api<"Node"> & {
  readonly load: number | undefined;
  readonly swap: number | undefined;
  readonly swapSize: number | undefined;
  /** The largest share of time that something waits for CPU, memory or disk. */
  readonly pressure: number | undefined;
  readonly votes: number | undefined;
  readonly certificateDays: number | undefined;
};

export const nodeMetrics = [
  "pve_node_load_avg1",
  "pve_node_swap_usage_bytes",
  "pve_node_swap_size_bytes",
  "pve_node_pressure_ratio",
];

const dayMs = 86_400_000;

export const nodeRow = (
  node: Api<"Node">,
  { one, of }: Measured,
  votes: ReadonlyMap<string, number>,
  now: number,
): NodeRow => {
  const labels = { id: `node/${node.name}` };
  const waits = of("pve_node_pressure_ratio", { ...labels, extent: "some" }).map(({ value }) => value);
  return {
    ...node,
    load: one("pve_node_load_avg1", labels),
    swap: one("pve_node_swap_usage_bytes", labels),
    swapSize: one("pve_node_swap_size_bytes", labels),
    pressure: waits.length === 0 ? undefined : Math.max(...waits),
    votes: votes.get(node.name),
    certificateDays:
      node.certificateUntil === undefined ? undefined : Math.floor((node.certificateUntil - now) / dayMs),
  };
};

/** By what nodes are filtered. */
export const nodeFields: readonly Field<NodeRow>[] = [
  { kind: "word", key: "name", about: "its name", of: ({ name }) => name, searched: true },
  {
    kind: "word",
    key: "status",
    about: "as the others see it",
    of: ({ status }) => status,
    values: ["online", "offline", "unknown"],
  },
  { kind: "word", key: "ha", about: "its state for the HA manager", of: ({ ha }) => ha },
  { kind: "word", key: "version", about: "of Proxmox VE", of: ({ version }) => version },
  { kind: "word", key: "kernel", about: "that runs", of: ({ kernel }) => kernel },
  { kind: "number", key: "cpu", about: "share of its CPUs in use", unit: "share", of: ({ figures }) => figures?.cpu },
  { kind: "number", key: "load", about: "over one minute", unit: "count", of: ({ load }) => load },
  {
    kind: "number",
    key: "mem",
    about: "memory in use",
    unit: "bytes",
    of: ({ figures }) => figures?.memory,
    whole: ({ memory }) => memory,
  },
  {
    kind: "number",
    key: "root",
    about: "its root file system in use",
    unit: "bytes",
    of: ({ figures }) => figures?.root,
    whole: ({ root }) => root,
  },
  { kind: "number", key: "guests", about: "that run there", unit: "count", of: ({ guests }) => guests },
  { kind: "number", key: "updates", about: "packages that wait", unit: "count", of: ({ updates }) => updates },
  {
    kind: "number",
    key: "certificate",
    about: "days until one of its certificates ends",
    unit: "count",
    of: ({ certificateDays }) => certificateDays,
  },
  { kind: "number", key: "uptime", about: "since its start", unit: "seconds", of: ({ figures }) => figures?.uptime },
];
