import type { Family } from "@orrery/telemetry";
import * as declared from "./declared-families.ts";
import * as further from "./further-families.ts";
import * as pve from "./pve-families.ts";

const listed: readonly (readonly (readonly [string, Family])[])[] = [pve.resourceFields, pve.replicationFields];

const isFamily = (value: unknown): value is Family =>
  typeof value === "object" && value !== null && "name" in value && "labels" in value && "help" in value;

/** Every metric that can be told of a cluster. */
export const measuredFamilies: readonly Family[] = [
  ...listed.flatMap((fields) => fields.map(([, family]) => family)),
  ...[pve, further, declared].flatMap((families) => Object.values(families).filter(isFamily)),
];
