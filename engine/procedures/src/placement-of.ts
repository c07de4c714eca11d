import type { Host, Item, Problem } from "@orrery/placement";
import { leastReserve } from "@orrery/protection";
import { type ClusterState, type Entry, type GuestState, valueIn } from "@orrery/state";
import { listIn, textIn } from "./answers.ts";
import { guestsOf, nameOf } from "./standing.ts";

/** What a declaration adds to what can be observed. */
export type PlacementWishes = {
  /** Bytes of each node that no guest may count on. Default: what Proxmox VE needs for itself. */
  readonly reserve?: (node: string) => number | undefined;
  /** What a guest does when its node drains. Default: it moves. */
  readonly onDrain?: (vmid: number) => "migrate" | "stop" | "nothing" | undefined;
  readonly movesPerLink?: number;
  /** Whether HA's rules bind: not for a guest that finds no node by them. Default: true. */
  readonly rules?: boolean;
  /** Bits per second of the link that a node's migrations take. */
  readonly migrationLink?: (node: string) => number | undefined;
};

/** Storages that take up what is written and not what was promised. */
const thin = new Set(["dir", "btrfs", "nfs", "cifs", "lvmthin", "zfspool", "rbd", "cephfs"]);

type Volume = { readonly storage: string; readonly bytes: number };

const diskKey = /^(?:(?:scsi|virtio|sata|ide|efidisk|tpmstate|unused)\d+|rootfs|mp\d+)$/;
const units: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

const bytesIn = (text: string | undefined): number => {
  const [, number = "0", unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text ?? "") ?? [];
  return Math.ceil(Number(number) * (units[unit] ?? 1));
};

/** The volumes that a guest's file names: no CD-ROM, nothing that is not on a storage. */
export const volumesIn = (guest: GuestState): readonly (Volume & { readonly volid: string })[] =>
  Object.entries(valueIn(guest.file)?.config ?? {}).flatMap(([key, value]) => {
    if (!diskKey.test(key)) return [];
    const [volid = "", ...options] = `${value}`.split(",");
    const at = volid.indexOf(":");
    if (at < 1 || options.includes("media=cdrom")) return [];
    const size = options.find((option) => option.startsWith("size="))?.slice("size=".length);
    return [{ volid, storage: volid.slice(0, at), bytes: bytesIn(size) }];
  });

/** Devices of its node that a guest uses: it cannot leave with them. */
const isBound = (guest: GuestState): boolean =>
  Object.entries(valueIn(guest.file)?.config ?? {}).some(
    ([key, value]) => /^(?:hostpci|usb|dev)\d+$/.test(key) && !/(?:^|,)(?:mapping=|spice)/.test(`${value}`),
  );

const isOff = ({ options }: Entry): boolean => options.disable === 1 || options.disable === "1";

/** Nodes that a storage is meant for; undefined: all. */
const nodesOf = (storage: Entry | undefined): readonly string[] | undefined =>
  storage?.options.nodes === undefined ? undefined : listIn(storage.options.nodes);

const sidOf = ({ kind, vmid }: GuestState): string => `${kind === "qemu" ? "vm" : "ct"}:${vmid}`;

/** What the rules of HA say of one guest: read as constraints. */
const rulesOf = (
  state: ClusterState,
  sid: string,
  nameOfSid: (sid: string) => string,
): Pick<Item, "allowed" | "prefers" | "apartFrom" | "togetherWith"> => {
  const rules = (valueIn(state.haRules) ?? []).filter(
    (rule) => !isOff(rule) && listIn(rule.options.resources).includes(sid),
  );
  const nodes = rules.find(({ type }) => type === "node-affinity");
  const groupId = valueIn(state.haResources)?.find(({ id }) => id === sid)?.options.group;
  const group = valueIn(state.haGroups)?.find(({ id }) => id === groupId);
  const named = listIn(nodes?.options.nodes ?? group?.options.nodes).map((entry) => entry.replace(/:.*$/, ""));
  const strict = textIn(nodes?.options.strict ?? group?.options.restricted) === "1";
  const others = (affinity: string): string[] =>
    rules
      .filter((rule) => rule.type === "resource-affinity" && rule.options.affinity === affinity)
      .flatMap((rule) => listIn(rule.options.resources))
      .filter((other) => other !== sid)
      .map(nameOfSid);
  const [apart, together] = [others("negative"), others("positive")];
  return {
    ...(named.length === 0 ? {} : strict ? { allowed: named } : { prefers: named }),
    ...(apart.length === 0 ? {} : { apartFrom: apart }),
    ...(together.length === 0 ? {} : { togetherWith: together }),
  };
};

/** How much of what was promised on a thin storage of a node is written, all its disks taken as filled alike. */
const fillsOf = (state: ClusterState): ((storage: string, node: string) => number) => {
  const promised = new Map<string, number>();
  for (const guest of guestsOf(state))
    for (const { storage, bytes } of volumesIn(guest)) {
      const key = `${storage}@${guest.node}`;
      promised.set(key, (promised.get(key) ?? 0) + bytes);
    }
  const uses = new Map((valueIn(state.storageUse) ?? []).map((use) => [`${use.storage}@${use.node}`, use]));
  return (storage, node) => {
    const use = uses.get(`${storage}@${node}`);
    const sum = promised.get(`${storage}@${node}`) ?? 0;
    if (use?.used === undefined || sum === 0 || !thin.has(use.type)) return 1;
    return Math.min(1, use.used / sum);
  };
};

const hostsOf = (state: ClusterState, items: readonly Item[], wishes: PlacementWishes): Host[] => {
  const onDisks = new Map<string, number>();
  for (const { host, disks } of items)
    for (const { storage, bytes } of disks ?? []) {
      const key = `${storage}@${host ?? ""}`;
      onDisks.set(key, (onDisks.get(key) ?? 0) + bytes);
    }
  return Object.values(state.nodes).flatMap(({ name, presence }): Host[] => {
    const node = valueIn(presence);
    if (node?.memory === undefined && node?.status !== "offline") return [];
    const memory = node.memory ?? 0;
    const reserve = wishes.reserve?.(name) ?? leastReserve;
    const storages: Record<string, number> = {};
    for (const use of valueIn(state.storageUse) ?? []) {
      if (use.node !== name || use.shared || !use.available || use.total === undefined) continue;
      // What others than these guests take is not theirs to have.
      const others = Math.max(0, (use.used ?? 0) - (onDisks.get(`${use.storage}@${name}`) ?? 0));
      storages[use.storage] = Math.max(0, Math.floor(use.total - others));
    }
    const link = wishes.migrationLink?.(name);
    return [
      {
        name,
        memoryBytes: Math.max(0, Math.floor(memory - reserve)),
        memoryTotalBytes: memory,
        devices: {},
        storages,
        ...(node.cpus === undefined ? {} : { cores: node.cpus }),
        ...(link === undefined ? {} : { linkBitsPerSecond: link }),
        ...(node.ha === "maintenance" ? { standing: "maintenance" as const } : {}),
        ...(node.status === "online" ? {} : { standing: "offline" as const }),
      },
    ];
  });
};

/**
 * The running guests of an observed cluster as a placement problem, each called as `nameOf` calls it. What is stopped weighs
 * nothing but its disks, which are counted as taken. Not known to it: the VLANs of bridges.
 */
export const placementOf = (state: ClusterState, wishes: PlacementWishes = {}): Problem => {
  const storages = new Map((valueIn(state.storages) ?? []).map((entry) => [entry.id, entry]));
  const shared = new Set((valueIn(state.storageUse) ?? []).flatMap((use) => (use.shared ? [use.storage] : [])));
  const names = Object.keys(state.nodes);
  const fill = fillsOf(state);
  const running = guestsOf(state).filter(({ presence }) => {
    const seen = valueIn(presence);
    return seen?.status === "running" && !seen.template;
  });
  const bySid = new Map(running.map((guest) => [sidOf(guest), nameOf(guest)]));
  const items = running.map((guest): Item => {
    const seen = valueIn(guest.presence);
    const volumes = volumesIn(guest);
    const { allowed: byRule, ...rules }: ReturnType<typeof rulesOf> =
      wishes.rules === false ? {} : rulesOf(state, sidOf(guest), (sid) => bySid.get(sid) ?? sid);
    const allowed = names.filter(
      (node) =>
        (byRule?.includes(node) ?? true) &&
        (!isBound(guest) || node === guest.node) &&
        volumes.every(({ storage }) => nodesOf(storages.get(storage))?.includes(node) ?? true),
    );
    const wish = wishes.onDrain?.(guest.vmid);
    return {
      name: nameOf(guest),
      memoryBytes: Math.ceil(seen?.memory ?? 0),
      vcpus: Math.ceil(seen?.cpus ?? 1),
      host: guest.node,
      devices: {},
      ...(allowed.length === names.length ? {} : { allowed }),
      disks: volumes
        .filter(({ storage }) => !shared.has(storage))
        .map(({ storage, bytes }) => ({ storage, bytes: Math.ceil(bytes * fill(storage, guest.node)) })),
      ...rules,
      movesBy: guest.kind === "lxc" ? "restart" : "live",
      onDrain: wish === undefined || wish === "migrate" ? "move" : "stop",
      onLoss: "restart",
      ...(seen?.figures === undefined || seen.cpus === undefined
        ? {}
        : { used: { cpu: seen.figures.cpu * seen.cpus, memoryBytes: Math.ceil(seen.figures.memory) } }),
    };
  });
  const known = new Set(items.map(({ name }) => name));
  return {
    hosts: hostsOf(state, items, wishes),
    items: items.map((item) => ({
      ...item,
      ...(item.apartFrom === undefined ? {} : { apartFrom: item.apartFrom.filter((other) => known.has(other)) }),
      ...(item.togetherWith === undefined
        ? {}
        : { togetherWith: item.togetherWith.filter((other) => known.has(other)) }),
    })),
    ...(wishes.movesPerLink === undefined ? {} : { movesPerLink: wishes.movesPerLink }),
  };
};
