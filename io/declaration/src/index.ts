export { type Declaration, loadDeclaration } from "./load.ts";
export type { Place } from "./place.ts";
export type { Refusal, Refused } from "./refusal.ts";
export { type SourceFile, writeDeclaration } from "./writing/write-declaration.ts";
