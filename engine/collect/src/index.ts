export { type Observation, type ObserveOptions, observe } from "./observe.ts";
export { type ObserveAgainOptions, observeAgain } from "./observe-again.ts";
export type { Port } from "./reader.ts";
export { essentials, everything, type Scope } from "./scope.ts";
