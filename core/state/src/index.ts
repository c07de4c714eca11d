export type * from "./cluster-state.ts";
export type * from "./firewall-state.ts";
export * from "./guest-state.ts";
export * from "./kept.ts";
export type * from "./monitored.ts";
export * from "./node-state.ts";
export * from "./observed.ts";
export * from "./row.ts";
export type * from "./source.ts";
