import {
  type Guest as DeclaredGuest,
  isUnknown,
  isWindows,
  known,
  type NodeName,
  refText,
  startOrders,
  templateGuestName,
} from "@orrery/model";
import { guestLines } from "@orrery/plan/guest-lines";
import { addGuest, addVolume, backingOf, type Guest } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { assumed, defaults } from "./defaults.ts";
import { guestFileOf, type PlacedDisk } from "./guest-file.ts";
import { drawIds } from "./guest-ids.ts";
import { loadOf } from "./loads.ts";

const dayMs = 86_400_000;

/** Guests that the declaration leans on and does not list: servers of storages, where it says on which node they run. */
export const unlisted = ({ inventory, ledger }: Pick<Building, "inventory" | "ledger">): DeclaredGuest[] => {
  const found = new Map<string, DeclaredGuest>();
  for (const [name, { home }] of inventory.storages) {
    if (home.on !== "guest" || inventory.guestOf(home.guest) !== undefined) continue;
    const guest = refText(home.guest);
    const node = home.node === undefined ? undefined : inventory.nodeOf(home.node);
    if (node === undefined) {
      ledger.leaveOut("server of a storage", `no document says where ${guest} runs`, name);
      continue;
    }
    if (found.has(guest)) continue;
    const disk = [...inventory.storages].find(
      ([, item]) =>
        item.content.includes("images") &&
        (item.home.on === "each node" || (item.home.on === "node" && item.home.node === node)),
    );
    const bridge = Object.keys(inventory.nodes.get(node)?.bridges ?? {})[0];
    const memory = assumed(
      ledger,
      "guest that is declared nowhere, though a storage is served by it",
      defaults.serverMemory,
      guest,
    );
    const unstated = { kind: "unknown", why: "the guest is declared nowhere" } as const;
    found.set(guest, {
      name: guest,
      id: unstated,
      kind: "vm",
      category: "Backup",
      role: "Backup server",
      os: "Debian",
      node,
      state: "running",
      vcpus: 4,
      memory,
      disks: disk === undefined ? [] : [{ storage: disk[0], size: 64 * 2 ** 30, used: unstated, backup: true }],
      nics: bridge === undefined ? [] : [{ bridge, model: "virtio" }],
      mapped: [],
      clone: "full",
      onPending: "reboot",
      tags: [],
      devices: [],
      startsAfter: [],
      bootTime: unstated,
      provides: [],
      needs: [],
      recoveryTier: unstated,
      onDrain: unstated,
      ha: false,
      replication: [],
    });
  }
  return [...found.values()];
};

/** Makes a guest's disks where they are declared to be; what has no place is told. */
const placeDisks = (
  building: Building,
  guest: DeclaredGuest,
  node: NodeName,
  vmid: number,
  prefix: "vm" | "base",
): PlacedDisk[] => {
  const { world, ledger } = building;
  return guest.disks.flatMap(({ storage: ref, size, used: usedOrNot }, index) => {
    const id = refText(ref);
    const storage = world.storages[id];
    const backing = backingOf(world, node, id);
    if (storage === undefined || backing === undefined) {
      ledger.leaveOut("disk of a guest", `${node} has no storage "${id}"`, guest.name);
      return [];
    }
    const isFile = storage.options.path !== undefined;
    const format = isFile && guest.kind === "vm" ? "qcow2" : "raw";
    const file = `${guest.kind === "ct" && !isFile && storage.type === "zfspool" ? "subvol" : prefix}-${vmid}-disk-${index}`;
    const volid = isFile ? `${id}:${vmid}/${file}.${format}` : `${id}:${file}`;
    const share = known(usedOrNot) ?? assumed(ledger, "fill of a guest's disks", defaults.usedShare, guest.name) * size;
    const used = storage.type === "lvm" ? size : Math.floor(share);
    addVolume(world, backing, {
      volid,
      storage: id,
      content: guest.kind === "vm" ? "images" : "rootdir",
      format,
      size,
      used,
      vmid,
      ctime: world.now - 200 * dayMs,
      protected: false,
    });
    return [{ index, volid, size }];
  });
};

/** The device paths on the bus of what is passed through. */
const passedThrough = ({ pci, ledger }: Building, guest: DeclaredGuest, node: NodeName): string[] =>
  guest.devices.flatMap((device) => {
    const address = pci.get(`${node}/${device}`);
    if (address === undefined)
      ledger.leaveOut("device passed through", `${node} has no PCI device "${device}"`, guest.name);
    return address ?? [];
  });

/** Memory, times and what changes on the disks. */
const giveHabits = (building: Building, guest: Guest, declared: DeclaredGuest, usedBytes: number): void => {
  const { ledger } = building;
  const stated = known(declared.bootTime);
  const usual =
    declared.kind === "ct"
      ? defaults.containerBootMs
      : isWindows(known(declared.os) ?? "")
        ? defaults.windowsBootMs
        : defaults.vmBootMs;
  guest.bootMs =
    stated === undefined ? assumed(ledger, "time that a guest takes to boot", usual, declared.name) : stated * 1000;
  guest.shutdownMs = Math.max(2000, Math.round(guest.bootMs / 4));
  const share = assumed(ledger, "what changes on a guest's disks", defaults.changeShareOfDay, declared.name);
  guest.changeBytesPerSecond = Math.max(10_000, (usedBytes * share) / 86_400);
  ledger.assume(
    "load of a guest",
    "a week's course by its role, around what such guests are",
    "no load is declared",
    declared.name,
  );
  if (declared.kind === "vm") ledger.assume("guest agent", "installed and on", "no document says", declared.name);
};

/** The guests that are declared, and those that must be there though they are not; running ones run since some days. */
export const buildGuests = (building: Building): Map<string, number> => {
  const { world, inventory, ledger } = building;
  const all = [...inventory.lab.guests.items, ...unlisted(building)];
  const placed = all.flatMap((declared) => {
    const node = inventory.nodeOf(declared.node);
    if (node === undefined)
      ledger.leaveOut("guest", `the node "${refText(declared.node)}" is declared nowhere`, declared.name);
    else if (refText(declared.node) !== node)
      ledger.readAs("node of a guest", node, `${node} is also known as ${refText(declared.node)}`, declared.name);
    return node === undefined ? [] : [{ declared, node }];
  });
  const ids = drawIds(
    building,
    placed.map(({ declared }) => declared),
    100,
  );
  const orders = startOrders(all);
  const byName = new Map<string, number>();
  for (const [index, { declared, node }] of placed.entries()) {
    const vmid = ids[index] ?? 0;
    if (!byName.has(declared.name)) byName.set(declared.name, vmid);
    const disks = placeDisks(building, declared, node, vmid, "vm");
    const memory = known(declared.memory) ?? assumed(ledger, "memory of a guest", defaults.guestMemory, declared.name);
    const devices = passedThrough(building, declared, node);
    const at = inventory.indexOf.get(declared);
    const lines = at === undefined ? undefined : guestLines({ inventory, contract: world.release }, "guest", at, vmid);
    const order = orders.get(declared.name);
    const config = guestFileOf(building, declared, { vmid, node, memory, disks, devices, order, lines });
    const kind = declared.kind === "vm" ? "qemu" : "lxc";
    const guest = addGuest(world, { vmid, kind, node, config, installed: true, load: loadOf(world.random, declared) });
    const used = disks.reduce(
      (sum, { volid }) => sum + (backingOf(world, node, volid.slice(0, volid.indexOf(":")))?.volumes[volid]?.used ?? 0),
      0,
    );
    giveHabits(building, guest, declared, used);
    if (isUnknown(declared.ha))
      ledger.assume("HA resource", "none", "no document says which guests are", declared.name);
    if (declared.state === "stopped") continue;
    const since = world.now - (3 + (index % 5)) * dayMs;
    const holder = world.nodes[node];
    if (holder !== undefined) holder.lastPid += 7;
    guest.run = { kind: "running", pid: holder?.lastPid ?? 1, since, agentAt: since + guest.bootMs };
    guest.history.push([since, node]);
  }
  return byName;
};

/** A storage that a guest serves is there while the guest runs. */
export const nameServers = ({ world, inventory }: Building, vmids: ReadonlyMap<string, number>): void => {
  for (const [name, { home }] of inventory.storages) {
    const server = home.on === "guest" ? vmids.get(refText(home.guest)) : undefined;
    const backing = world.backings[world.mounts[name] ?? ""];
    // A backing that other storages lie on too stays with them.
    const shared = Object.entries(world.mounts).some(([mount, id]) => id === backing?.id && isOther(inventory, mount));
    if (server !== undefined && backing !== undefined && !shared) backing.server = server;
  }
};

const isOther = (inventory: Building["inventory"], mount: string): boolean =>
  inventory.storages.get(mount.split("@")[0] ?? "")?.home.on !== "guest";

/** The templates, from 9000 on where no id is declared. */
export const buildTemplates = (building: Building): Map<string, number> => {
  const made = new Map<string, number>();
  const { world, inventory, ledger } = building;
  const declared = inventory.lab.templates?.items ?? [];
  const claimed = inventory.lab.templates?.claims.find((claim) => claim.kind === "count");
  if (declared.length === 0 && claimed?.kind === "count" && claimed.is > 0)
    ledger.leaveOut("templates", `${claimed.is} are counted and none is listed`, "templates");
  const ids = drawIds(building, declared, 9000);
  for (const [index, template] of declared.entries()) {
    const node = inventory.nodeOf(template.node);
    const vmid = ids[index] ?? 9000;
    if (node === undefined) {
      ledger.leaveOut("template", `the node "${refText(template.node)}" is declared nowhere`, template.name);
      continue;
    }
    const unstated = { kind: "unknown", why: "nobody runs a template" } as const;
    const guest: DeclaredGuest = {
      name: templateGuestName(template.name),
      id: vmid,
      kind: template.kind,
      category: "Templates",
      role: "Template",
      os: template.os,
      node,
      state: "stopped",
      vcpus: template.vcpus ?? 2,
      memory: 2 * 2 ** 30,
      disks: template.disks ?? [{ storage: template.storage, size: template.size, used: unstated, backup: true }],
      nics: template.nics ?? [],
      mapped: template.mapped,
      clone: "full",
      onPending: "reboot",
      tags: template.tags ?? [],
      ...(template.options === undefined ? {} : { options: template.options }),
      ...(template.cloudInit === undefined ? {} : { cloudInit: template.cloudInit }),
      devices: [],
      startsAfter: [],
      bootTime: unstated,
      provides: [],
      needs: [],
      recoveryTier: unstated,
      onDrain: unstated,
      ha: false,
      replication: [],
    };
    const disks = placeDisks(building, guest, node, vmid, "base");
    const memory = known(template.memory) ?? 2 * 2 ** 30;
    const lines = guestLines({ inventory, contract: world.release }, "template", index, vmid);
    const config = guestFileOf(building, guest, { vmid, node, memory, disks, devices: [], order: undefined, lines });
    config.template = 1;
    addGuest(world, { vmid, kind: guest.kind === "vm" ? "qemu" : "lxc", node, config, installed: true });
    made.set(template.name, vmid);
  }
  return made;
};
