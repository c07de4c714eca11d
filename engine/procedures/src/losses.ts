import { type Volume, volumesOf } from "@orrery/placement";
import { type ClusterState, type GuestState, valueIn } from "@orrery/state";
import { textIn } from "./answers.ts";
import type { Backup } from "./backups.ts";
import type { Homes } from "./rooms.ts";
import { guestsOf, isRunning, nameOf } from "./standing.ts";

/** What is to be done about a guest that does not run. */
export type Loss = {
  readonly guest: GuestState;
  readonly vmid: number;
  readonly kind: "qemu" | "lxc";
  readonly name: string;
  readonly isHa: boolean;
  /** Its node is online. */
  readonly lives: boolean;
  /** Where placement lets it be. */
  readonly homes: Homes;
} & (
  | { readonly how: "restart"; readonly nodes: readonly string[] | undefined }
  /** Its disks are gone, or out of reach. */
  | { readonly how: "restore"; readonly from: Backup; readonly at: string | undefined }
  | { readonly how: "leave"; readonly why: string }
);

type Ground = {
  readonly before: ClusterState;
  readonly now: ClusterState;
  readonly online: ReadonlySet<string>;
  readonly backups: readonly Backup[];
  readonly restore: readonly number[];
  readonly off: readonly string[];
};

/** Nodes with a replica of a guest. */
const replicasOf = ({ before, online }: Ground, vmid: number): readonly string[] =>
  (valueIn(before.replicationJobs) ?? [])
    .filter(({ options }) => Number(options.guest) === vmid)
    .map(({ options }) => textIn(options.target))
    .filter((node) => online.has(node));

/** The volumes that a guest cannot be without: what is in its drives it can. */
const disksOf = ({ kind, file }: GuestState): readonly Volume[] =>
  volumesOf(kind, valueIn(file)?.config ?? {}).volumes.filter(({ medium, made }) => !medium && !made);

/**
 * Where the disks of a guest can still be had: on these nodes, everywhere (undefined), or nowhere (none). Local ones are on
 * the node where it ran, wherever HA has taken its file since, and on those that they are copied to.
 */
const reachOf = (ground: Ground, guest: GuestState, ranOn: string): readonly string[] | undefined => {
  const uses = valueIn(ground.now.storageUse) ?? [];
  const isLocal = (storage: string): boolean =>
    (valueIn(ground.before.storageUse) ?? []).some((use) => use.storage === storage && !use.shared);
  let nodes: readonly string[] | undefined;
  const keep = (some: readonly string[]): void => {
    nodes = nodes === undefined ? some : nodes.filter((node) => some.includes(node));
  };
  for (const { storage } of disksOf(guest)) {
    if (isLocal(storage)) keep([...(ground.online.has(ranOn) ? [ranOn] : []), ...replicasOf(ground, guest.vmid)]);
    else
      keep(
        uses
          .filter((use) => use.storage === storage && use.available && ground.online.has(use.node))
          .map(({ node }) => node),
      );
  }
  return nodes;
};

const lossOf = (ground: Ground, guest: GuestState, ranOn: string, homes: Homes): Loss => {
  const { vmid, kind, node } = guest;
  const isHa = (valueIn(ground.now.haResources) ?? []).some(
    ({ id }) => id === `${kind === "qemu" ? "vm" : "ct"}:${vmid}`,
  );
  const lives = ground.online.has(node);
  const head = { guest, vmid, kind, name: nameOf(guest), isHa, lives, homes };
  const named = ground.restore.includes(vmid);
  const reach = named ? [] : reachOf(ground, guest, ranOn);
  if (!lives && !isHa && !ground.off.includes(node))
    return { ...head, how: "leave", why: `nobody has said that ${node} is off: it may still run there` };
  // What lies on a node that is up has to be in reach of that one.
  if (reach === undefined || (lives ? reach.includes(node) : reach.length > 0))
    return { ...head, how: "restart", nodes: reach };
  const from = ground.backups.find((backup) => backup.vmid === vmid);
  if (from === undefined) return { ...head, how: "leave", why: "no backup of it can be read" };
  return { ...head, how: "restore", from, at: lives ? node : undefined };
};

/** The guests that ran when all was well and do not now, and those that are named. */
export const lossesIn = (ground: Ground, homesOf: (vmid: number) => Homes | undefined): readonly Loss[] => {
  const now = new Map(guestsOf(ground.now).map((guest) => [guest.vmid, guest]));
  return guestsOf(ground.before).flatMap((guest) => {
    const homes = homesOf(guest.vmid);
    if (homes === undefined || !isRunning(guest)) return [];
    const there = now.get(guest.vmid);
    const runs = there !== undefined && isRunning(there) && ground.online.has(there.node);
    if (runs && !ground.restore.includes(guest.vmid)) return [];
    // Its file is as it was; where it lies may be new.
    return [lossOf(ground, there === undefined ? guest : { ...guest, node: there.node }, guest.node, homes)];
  });
};
