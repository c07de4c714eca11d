import type { GuestKind } from "./guest.ts";
import type { ActsFor } from "./outcome.ts";
import { type Mark, markBackups, parseRetention, type Retention } from "./retention.ts";
import type { Archive, Storage, Volume } from "./storage.ts";
import {
  backingOf,
  backupsOf,
  clonesOf,
  findVolume,
  forgetVolume,
  hasPath,
  pathOf,
  removeVolume,
  storageOf,
  volumesOfGuest,
  volumesOn,
} from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

/** The retention that applies: the one asked, else the storage's; undefined where everything stays. */
export const retentionFor = (storage: Storage, asked: string): { retention: Retention; text: string } | undefined => {
  const text = asked === "" ? `${storage.options["prune-backups"] ?? "keep-all=1"}` : asked;
  const retention = parseRetention(text);
  if (!retention || retention.all) return undefined;
  return { retention, text: text.split(",").toSorted().join(", ") };
};

export type PruneScope = { node: string; storage: string; vmid?: number; kind?: GuestKind; keep: Retention };

type Backup = Volume & { archive: Archive };

/** What a retention would keep and remove of the backups of a storage, the newest first in each group. */
export const pruneMarks = (
  world: World,
  { node, storage, vmid, kind, keep }: PruneScope,
): { volume: Backup; mark: Mark }[] => {
  const zone = world.nodes[node]?.timezone ?? "UTC";
  const groups = new Map<string, { at: number; protected: boolean; volume: Backup }[]>();
  const volumes = vmid === undefined ? volumesOn(world, node, storage) : volumesOfGuest(world, node, storage, vmid);
  for (const volume of volumes) {
    const { archive } = volume;
    if (
      volume.content !== "backup" ||
      !archive ||
      (vmid !== undefined && volume.vmid !== vmid) ||
      (kind !== undefined && archive.kind !== kind)
    )
      continue;
    const group = `${archive.kind}/${volume.vmid}`;
    const list = groups.get(group) ?? [];
    list.push({ at: archive.at, protected: volume.protected, volume: Object.assign(volume, { archive }) });
    groups.set(group, list);
  }
  return [...groups.values()]
    .flatMap((list) => [...markBackups(list, keep, zone)].map(([{ volume }, mark]) => ({ volume, mark })))
    .sort((one, other) => one.volume.archive.at - other.volume.archive.at);
};

/** Removes what the retention does not keep; answers the volume ids. On a datastore the bytes stay until garbage is collected. */
export const removeMarked = (world: World, scope: PruneScope): string[] => {
  const backing = backingOf(world, scope.node, scope.storage);
  if (!backing) return [];
  const removed = pruneMarks(world, scope)
    .filter(({ mark }) => mark === "remove")
    .map(({ volume }) => volume.volid);
  for (const volid of removed) dropBackup(world, scope.storage, backing.volumes[volid], scope.node);
  return removed;
};

/** The next backup of the same guest on the datastore: it still needs the chunks that did not change meanwhile. */
const nextOf = (world: World, volume: Volume, node: string): Volume | undefined =>
  volume.vmid === undefined || !volume.archive
    ? undefined
    : backupsOf(world, node, volume.storage, volume.vmid).find(
        ({ archive }) => archive.kind === volume.archive?.kind && archive.at > volume.archive.at,
      );

const dropBackup = (world: World, storage: string, volume: Volume | undefined, node: string): void => {
  const backing = backingOf(world, node, storage);
  if (!backing || !volume) return;
  if (world.storages[storage]?.type !== "pbs") {
    removeVolume(world, backing, volume.volid);
    return;
  }
  const next = nextOf(world, volume, node);
  // What the next one wrote anew is what nobody needs any more of this one.
  const inherited = next ? volume.used - Math.min(volume.used, next.used) : 0;
  if (next) next.used += inherited;
  volume.used -= inherited;
  forgetVolume(backing, volume.volid);
};

/** `prunebackups`: a retention applied now. */
export const pruneBackups = (
  world: World,
  actor: Actor,
  args: { node: string; storage: string; vmid?: number; kind?: GuestKind; keep: string },
): Started | Refused => {
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  const id = args.vmid === undefined ? args.storage : `${args.vmid}@${args.storage}`;
  return begin(world, {
    node,
    type: "prunebackups",
    id,
    user: actor.user,
    steps: [
      { do: "wait", ms: 300 },
      {
        do: "act",
        act: {
          kind: "volume.prune",
          storage: args.storage,
          vmid: args.vmid ?? 0,
          guest: args.kind ?? "",
          keep: args.keep,
        },
      },
    ],
  });
};

/** `imgdel`: a volume is gone. That it is protected or a base in use is said in the task. */
export const deleteVolume = (world: World, actor: Actor, args: { node: string; volid: string }): Started | Refused => {
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  const storage = storageOf(args.volid);
  const vmid = findVolume(world, args.node, args.volid)?.volume.vmid ?? /:(\d+)\//.exec(args.volid)?.[1];
  return begin(world, {
    node,
    type: "imgdel",
    id: vmid === undefined ? storage : `${vmid}@${storage}`,
    user: actor.user,
    steps: [
      { do: "wait", ms: 100 },
      { do: "act", act: { kind: "volume.remove", volid: args.volid } },
    ],
  });
};

export const pruneActs: ActsFor<"volume.remove" | "volume.prune"> = {
  "volume.remove": (world, task, { volid }) => {
    const storage = world.storages[storageOf(volid)];
    const found = findVolume(world, task.node, volid);
    if (found?.volume.protected)
      return {
        fail: `cannot remove protected volume '${volid.slice(volid.indexOf(":") + 1)}' on '${storageOf(volid)}'`,
      };
    if (found && clonesOf(found.backing, volid).length > 0)
      return { fail: `base volume '${volid}' is still in use by linked cloned` };
    if (!found && storage && hasPath(storage) && /:\d+\//.test(volid))
      task.log.push(`disk image '${pathOf(world, volid)}' does not exist`);
    if (found?.volume.content === "backup") dropBackup(world, found.volume.storage, found.volume, task.node);
    else if (found) removeVolume(world, found.backing, volid);
    task.log.push(`Removed volume '${volid}'`);
    return undefined;
  },
  "volume.prune": (world, task, { storage, vmid, guest, keep }) => {
    const retention = parseRetention(keep);
    if (!retention) return { fail: "no retention options given" };
    const kind = guest === "qemu" || guest === "lxc" ? guest : undefined;
    const removed = removeMarked(world, {
      node: task.node,
      storage,
      keep: retention,
      ...(vmid > 0 ? { vmid } : {}),
      ...(kind ? { kind } : {}),
    });
    for (const volid of removed) task.log.push(`removing backup '${volid}'`);
    return undefined;
  },
};
