export type { EmbeddedState } from "./embedded/supervisor.ts";
export { openStore, type Store, type StoreOptions, type StorePlace, storePlaceOf } from "./store.ts";
export { StoreError, type StoreErrorCode } from "./store-error.ts";
export type { Tables } from "./tables.ts";
export { startTemporaryServer, type TemporaryServer } from "./temporary-server.ts";
