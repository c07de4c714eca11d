export { type AbsorbOptions, type Absorption, absorb, absorbAny, type Move } from "./absorb.ts";
export type { Spent } from "./decision.ts";
export { type HostLoad, hostLoads } from "./load.ts";
export type { Budget, Host, Item, Problem } from "./problem.ts";
export type { Proof, Refusal, Stuck } from "./proof.ts";
export { proofText } from "./proof-text.ts";
export type { Resource } from "./resource.ts";
export { type Violation, verifyAbsorption, verifyAssignment } from "./verification.ts";
