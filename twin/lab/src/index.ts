export type { Assumption } from "./assumption.ts";
export { assumptionsOf, type WorldOfOptions, worldOf } from "./world-of.ts";
