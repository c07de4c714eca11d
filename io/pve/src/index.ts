export { connectPve, type PveClient, type PveOptions } from "./client.ts";
export { PveConfigurationError } from "./configuration-error.ts";
export type { Credentials, SecondFactor, SecondFactorOffer } from "./credentials.ts";
export type { Attempt } from "./delivery.ts";
export type { Endpoint } from "./endpoint.ts";
export { systemClock } from "./system-clock.ts";
export type { Trust } from "./trust.ts";
