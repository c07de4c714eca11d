export type { Abort, Clock } from "./clock.ts";
export { type Contract, contractOf } from "./contract.ts";
export { type PveAnswer, unfold } from "./exchange.ts";
export { failureKind } from "./failure.ts";
export { fold, propertySchema } from "./fold.ts";
export { type GuestFile, guestDigest, renderGuestFile } from "./guest-file.ts";
export {
  type ParsedProperties,
  type Properties,
  parsePropertyString,
  parsePveBoolean,
  printPropertyString,
} from "./property-string.ts";
export type { CallArguments, CallOptions, FollowedTask, FollowOptions, Proxmox } from "./proxmox.ts";
export { proxmoxOver } from "./proxmox-over.ts";
export { PveError, type PveErrorKind, type PveFailure } from "./pve-error.ts";
export type { FoundRoute } from "./route-table.ts";
export type { Method, Permissions, PropertyFormat, PropertySchema, Route, Scalar, Schema } from "./schema.ts";
export { sha1 } from "./sha1.ts";
export { formatPveSize, parsePveSize } from "./size.ts";
export { type TaskEnd, type TaskLogLine, taskEndOf } from "./task.ts";
export type { PveReply, PveRequest, PveTransport, WireValue } from "./transport.ts";
export type { AnswerOf, ParametersOf, PathOf, Routes } from "./typed-routes.ts";
export { formatUpid, parseUpid, type Upid } from "./upid.ts";
export { type PveVersion, pveVersionOf, pveVersions } from "./version.ts";
export type { BooleanParameter, NoParameters, ParameterValue, PveBoolean, PveRecord } from "./wire.ts";
