import type { GuestKind, Row } from "@orrery/state";
import { isSet, numberOf, textOf, wordsOf } from "../answers.ts";
import type { GuestPlace } from "../guest-file.ts";
import type { BackupPlace } from "./section.ts";

/** What there is to ask about, as the last answers tell. */
export type Subjects = {
  readonly nodes: readonly string[];
  readonly offline: ReadonlySet<string>;
  readonly guests: readonly (GuestPlace & { /** Changes when its configuration may have. */ readonly mark: string })[];
  /** Which guests are locked, and how: a text that changes when that does. */
  readonly locks: string;
  readonly backups: readonly (BackupPlace & { readonly key: string })[];
};

const kindOf = (row: Row): GuestKind | undefined => (row.type === "qemu" || row.type === "lxc" ? row.type : undefined);

const markOf = (row: Row): string =>
  ["node", "name", "tags", "template", "pool", "lock", "maxcpu", "maxmem", "maxdisk", "status"]
    .map((key) => textOf(row, key) ?? "")
    .join("\u0000");

/** Names of nodes that the cluster itself holds to be away. */
const offlineOf = (membership: readonly Row[], resources: readonly Row[]): Set<string> =>
  new Set([
    ...membership
      .filter((row) => row.type === "node" && !isSet(row, "online"))
      .flatMap((row) => textOf(row, "name") ?? []),
    ...resources
      .filter((row) => row.type === "node" && row.status === "offline")
      .flatMap((row) => textOf(row, "node") ?? []),
  ]);

const backupsOf = (resources: readonly Row[], offline: ReadonlySet<string>): Subjects["backups"] => {
  const found = new Map<string, BackupPlace & { key: string }>();
  for (const row of resources) {
    const [storage, node] = [textOf(row, "storage"), textOf(row, "node")];
    if (row.type !== "storage" || storage === undefined || node === undefined) continue;
    if (row.status !== "available" || offline.has(node) || !wordsOf(textOf(row, "content")).includes("backup"))
      continue;
    const key = isSet(row, "shared") ? storage : `${node}/${storage}`;
    const before = found.get(key);
    // The same node each time, as long as it is there.
    if (before === undefined || node < before.node) found.set(key, { key, storage, node });
  }
  return [...found.values()];
};

export const subjectsOf = (membership: readonly Row[], resources: readonly Row[]): Subjects => {
  const offline = offlineOf(membership, resources);
  const names = [
    ...membership.filter((row) => row.type === "node").flatMap((row) => textOf(row, "name") ?? []),
    ...resources.filter((row) => row.type === "node").flatMap((row) => textOf(row, "node") ?? []),
  ];
  return {
    nodes: [...new Set(names)].toSorted(),
    offline,
    guests: resources.flatMap((row) => {
      const [kind, node, vmid] = [kindOf(row), textOf(row, "node"), numberOf(row, "vmid")];
      if (kind === undefined || node === undefined || vmid === undefined) return [];
      return [{ kind, node, vmid, mark: markOf(row) }];
    }),
    locks: resources
      .flatMap((row) => {
        const lock = textOf(row, "lock");
        return lock === undefined || lock === "" ? [] : [`${textOf(row, "id")} ${lock}`];
      })
      .join(),
    backups: backupsOf(resources, offline),
  };
};
