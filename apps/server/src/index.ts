export { type ProviderSettings, type ReadProvider, readProvider } from "./access/provider-settings.ts";
export { type Role, roles } from "./access/role.ts";
export type { Cluster, ClusterToWatch, DeclaredLab, Reign } from "./clusters/cluster.ts";
export { type Connection, connection, connectTo } from "./clusters/connection.ts";
export type { ClusterFeed, FeedReading } from "./clusters/feed.ts";
export { pollingFeed } from "./clusters/polling-feed.ts";
export type { Keeping } from "./keeping/keeping.ts";
export { memoryKeeping } from "./keeping/memory-keeping.ts";
export type { LogOptions } from "./log.ts";
<<<<<<< HEAD
export { type Environment, secretAt } from "./secret-place.ts";
=======
export { apiDocument } from "./routes/all.ts";
>>>>>>> main
export { parseListen, type ReadSettings, readSettings, type Settings } from "./settings.ts";
export { type RunningServer, type StartServer, startServer } from "./start-server.ts";
