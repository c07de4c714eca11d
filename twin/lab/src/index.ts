export type { Assumption } from "./assumption.ts";
export { filledBy } from "./filled.ts";
export { assumptionsOf, hardwareOf, type WorldOfOptions, worldOf } from "./world-of.ts";
