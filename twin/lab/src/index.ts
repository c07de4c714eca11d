export type { Assumption } from "./assumption.ts";
export { assumptionsOf, hardwareOf, type WorldOfOptions, worldOf } from "./world-of.ts";
export { filledBy } from "./filled.ts";
export { assumptionsOf, type WorldOfOptions, worldOf } from "./world-of.ts";
