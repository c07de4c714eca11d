export type { Assumption } from "./assumption.ts";
export { assumptionsOf, hardwareOf, type WorldOfOptions, worldOf } from "./world-of.ts";
