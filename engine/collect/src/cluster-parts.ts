import type { ClusterPart, ClusterParts, Entry, PoolState, Row, TaskState, Voter } from "@orrery/state";
import { readAcl, readGroups, readRealms, readRoles, readUsers } from "./access-parts.ts";
import { concealing, entryOf, given, needText, numberOf, rowOf, rowsOf, textOf, without } from "./answers.ts";
import { readClusterFirewall } from "./firewall-parts.ts";
import { Garbled, type Reader } from "./reader.ts";
import { readSdn } from "./sdn-part.ts";

type Readers = { readonly [P in ClusterPart]: (reader: Reader) => Promise<ClusterParts[P]> };

const entries =
  (path: string, idKey: string, ...left: readonly string[]) =>
  async (reader: Reader): Promise<Entry[]> =>
    rowsOf(await reader.ask(path)).map((row) => entryOf(row, idKey, ...left));

export const voterOf = (row: Row): Voter => ({
  name: needText(row, "name"),
  nodeid: numberOf(row, "nodeid") ?? 0,
  votes: numberOf(row, "quorum_votes") ?? 1,
  links: Object.keys(row)
    .filter((key) => /^ring\d+_addr$/.test(key))
    .toSorted()
    .flatMap((key) => textOf(row, key) ?? []),
});

const readVotes = async (reader: Reader): Promise<Voter[]> =>
  rowsOf(await reader.ask("/cluster/config/nodes")).map(voterOf);

const poolOf = async (reader: Reader, poolid: string): Promise<PoolState> => {
  const [row] = rowsOf(await reader.ask("/pools", { poolid }));
  if (row === undefined) throw new Garbled(`nothing was answered of the pool ${poolid}`);
  const members = rowsOf(row.members);
  return {
    id: poolid,
    ...given("comment", textOf(row, "comment")),
    vmids: members.flatMap((member) => numberOf(member, "vmid") ?? []),
    // Listed once for each node.
    storages: [...new Set(members.flatMap((member) => textOf(member, "storage") ?? []))],
  };
};

const readPools = async (reader: Reader): Promise<PoolState[]> => {
  const rows = rowsOf(await reader.ask("/pools"));
  return Promise.all(rows.map((row) => poolOf(reader, needText(row, "poolid"))));
};

const readMetricServers = async (reader: Reader): Promise<Entry[]> => {
  const rows = rowsOf(await reader.ask("/cluster/metrics/server"));
  return Promise.all(
    rows.map(async (listed): Promise<Entry> => {
      const id = needText(listed, "id");
      const row = rowOf(await reader.ask("/cluster/metrics/server/{id}", { id }));
      return entryOf({ ...concealing(row, "token", "otel-headers"), id }, "id");
    }),
  );
};

const readMappings = async (reader: Reader): Promise<ClusterParts["mappings"]> => {
  const [pci, usb, dir] = await Promise.all(
    ["pci", "usb", "dir"].map(async (kind) =>
      rowsOf(await reader.ask(`/cluster/mapping/${kind}`)).map((row) => ({
        id: needText(row, "id"),
        options: without(row, "id", "type", "digest", "checks", "errors"),
      })),
    ),
  );
  return { pci: pci ?? [], usb: usb ?? [], dir: dir ?? [] };
};

const readNotifications = async (reader: Reader): Promise<ClusterParts["notifications"]> => {
  const kinds = ["gotify", "sendmail", "smtp", "webhook"];
  const [matchers, ...endpoints] = await Promise.all([
    reader.ask("/cluster/notifications/matchers"),
    ...kinds.map((kind) => reader.ask(`/cluster/notifications/endpoints/${kind}`)),
  ]);
  const named = (type: string) => (row: Row) => entryOf({ ...concealing(row, "password", "token"), type }, "name");
  return {
    endpoints: endpoints.flatMap((answer, index) => rowsOf(answer).map(named(kinds[index] ?? ""))),
    matchers: rowsOf(matchers).map(named("matcher")),
  };
};

export const taskOf = (row: Row): TaskState => {
  const at = numberOf(row, "endtime");
  const token = textOf(row, "tokenid");
  const user = needText(row, "user");
  return {
    upid: needText(row, "upid"),
    node: needText(row, "node"),
    type: textOf(row, "type") ?? "",
    id: textOf(row, "id") ?? "",
    user: token === undefined ? user : `${user}!${token}`,
    started: numberOf(row, "starttime") ?? 0,
    ...given("end", at === undefined ? undefined : { at, status: textOf(row, "status") ?? "" }),
  };
};

/** How each part of the cluster as a whole is read. */
export const clusterReaders: Readers = {
  votes: readVotes,
  options: async (reader) => rowOf(await reader.ask("/cluster/options")),
  storages: entries("/storage", "storage"),
  pools: readPools,
  users: readUsers,
  groups: readGroups,
  roles: readRoles,
  acl: readAcl,
  realms: readRealms,
  backupJobs: entries("/cluster/backup", "id", "next-run"),
  realmSyncJobs: entries("/cluster/jobs/realm-sync", "id", "next-run", "last-run"),
  replicationJobs: entries("/cluster/replication", "id"),
  haResources: entries("/cluster/ha/resources", "sid", "errors"),
  haRules: entries("/cluster/ha/rules", "rule", "errors", "order"),
  haGroups: entries("/cluster/ha/groups", "group"),
  haStatus: async (reader) => rowsOf(await reader.ask("/cluster/ha/status/current")),
  firewall: readClusterFirewall,
  sdn: readSdn,
  mappings: readMappings,
  metricServers: readMetricServers,
  notifications: readNotifications,
  tasks: async (reader) => rowsOf(await reader.ask("/cluster/tasks")).map(taskOf),
};

/** Every part of the cluster as a whole. */
export const clusterParts = Object.keys(clusterReaders) as readonly ClusterPart[];

/** Parts that one of the releases does not have. */
export const missingParts: Readonly<Record<Reader["version"], Partial<Record<ClusterPart, string>>>> = {
  "8.4": { haRules: "8.4 has groups in their place" },
  "9.2": { haGroups: "9 has rules in their place" },
};
