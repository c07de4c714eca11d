export { type Declaration, loadDeclaration, type Refusal } from "./load.ts";
export type { Place } from "./place.ts";
export type { Refused } from "./refusal.ts";
