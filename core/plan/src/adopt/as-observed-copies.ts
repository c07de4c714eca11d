import type { BackupPolicy, Lab, Storage } from "@orrery/model";
import type { Taking } from "./as-observed.ts";

const without = <T extends object, K extends keyof T>(record: T, key: K): Omit<T, K> => {
  const { [key]: _, ...rest } = record;
  return rest;
};

/** The fields that were found to differ, as they were observed. */
const policyAs = (declared: BackupPolicy, seen: BackupPolicy, properties: ReadonlySet<string>): BackupPolicy => {
  const has = (...names: readonly string[]): boolean => names.some((name) => properties.has(name));
  const { enabled, schedule, retention, prunedBy, target, covers, onlyOn, mode } = seen;
  const merged: BackupPolicy = {
    ...declared,
    ...(has("enabled") ? { enabled } : {}),
    ...(has("schedule") ? { schedule } : {}),
    ...(has("prune-backups") ? { retention, prunedBy } : {}),
    ...(has("storage") ? { target } : {}),
    ...(has("all", "vmid", "pool", "exclude") ? { covers } : {}),
    ...(has("node") && onlyOn !== undefined ? { onlyOn } : {}),
    ...(has("mode") && mode !== undefined ? { mode } : {}),
  };
  return has("node") && onlyOn === undefined ? without(merged, "onlyOn") : merged;
};

/** Backup jobs, those that nobody declares as well. */
export const backupAs = ({ lab, seen, shown, added }: Taking): Lab["backup"] => {
  const byId = new Map(seen.backup.policies.map((policy) => [policy.id as string, policy]));
  const declared = lab.backup.policies.flatMap((policy): BackupPolicy[] => {
    const one = shown({ kind: "backup job", id: policy.id });
    const was = byId.get(policy.id);
    if (one.as === "absent") return [];
    return [one.as === "observed" && was !== undefined ? policyAs(policy, was, one.properties) : policy];
  });
  const others = added("backup job").flatMap((id) => byId.get(id) ?? []);
  return { ...lab.backup, policies: [...declared, ...others] };
};

const homeAs = (declared: Storage, seen: Storage): Storage["home"] =>
  declared.home.on === "each node" && seen.home.on === "each node"
    ? { ...declared.home, nodes: seen.home.nodes }
    : declared.home;

/** What a storage keeps, who reaches it, and what is told to Proxmox of it; where its bytes are, no API tells. */
const storageItemAs = (declared: Storage, seen: Storage, properties: ReadonlySet<string>): Storage => {
  const { content, shared, nodes, options } = seen;
  const merged: Storage = {
    ...declared,
    ...(properties.has("content") ? { content } : {}),
    ...(properties.has("shared") ? { shared } : {}),
    ...(properties.has("nodes") ? { home: homeAs(declared, seen) } : {}),
    ...(properties.has("nodes") && nodes !== undefined ? { nodes } : {}),
    ...(options === undefined ? {} : { options }),
  };
  return properties.has("nodes") && nodes === undefined ? without(merged, "nodes") : merged;
};

/** Storages, those that nobody declares as well. */
export const storageAs = ({ lab, seen, shown, added }: Taking): Lab["storage"] => {
  const there: ReadonlyMap<string, Storage> = new Map(Object.entries(seen.storage.items));
  const declared = Object.entries(lab.storage.items).flatMap(([id, storage]): [string, Storage][] => {
    const one = shown({ kind: "storage", id });
    const was = there.get(id);
    if (one.as === "absent") return [];
    return [[id, one.as === "observed" && was !== undefined ? storageItemAs(storage, was, one.properties) : storage]];
  });
  const others = added("storage").flatMap((id): [string, Storage][] => {
    const storage = there.get(id);
    return storage === undefined ? [] : [[id, storage]];
  });
  return { ...lab.storage, items: Object.fromEntries([...declared, ...others]) };
};
