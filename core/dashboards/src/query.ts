import type { AskedMetric } from "./metric.ts";

/** A condition as PromQL writes it: `id=~"node/.+"`. */
export type Condition = `${string}"${string}"`;

/** What Grafana puts a value in the place of: `${name}`. */
export const filledIn = (name: string): string => `\${${name}}`;

/** `pve_up{cluster="$cluster", id=~"node/.+"}`: the series of a metric in the cluster that is looked at. */
export const of = (metric: AskedMetric, ...conditions: readonly Condition[]): string =>
  `${metric}{${['cluster="$cluster"', ...conditions].join(", ")}}`;

export const nodes: Condition = 'id=~"node/.+"';
export const guests: Condition = 'id=~"(qemu|lxc)/.+"';
export const storages: Condition = 'id=~"storage/.+"';

/** What each second brings of a counter, over as long as the picture's resolution asks for. */
export const rate = (counter: string): string => `rate(${counter}[$__rate_interval])`;

/** With the label `node` out of the id of a node. */
export const byNode = (expression: string, how: "max" | "sum" = "max"): string =>
  `${how} by (node) (label_replace(${expression}, "node", "$1", "id", "node/(.+)"))`;

/** With the labels `name` and `node` of the guest that an id is of. */
export const byGuest = (expression: string, ...conditions: readonly Condition[]): string =>
  `${expression} * on (cluster, id) group_left (name, node) max by (cluster, id, name, node) (${of("pve_guest_info", ...conditions)})`;

/** With the labels `storage` and `node` of the storage that an id is of. */
export const byStorage = (expression: string, ...conditions: readonly Condition[]): string =>
  `${expression} * on (cluster, id) group_left (storage, node) max by (cluster, id, storage, node) (${of("pve_storage_info", ...conditions)})`;

/** 0 where there is nothing to count. */
export const orZero = (expression: string): string => `${expression} or vector(0)`;
