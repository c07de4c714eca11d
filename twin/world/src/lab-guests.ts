import { known, type Lab } from "@orrery/model";
import type { Assume } from "./assumption.ts";
import { type Dict, dict } from "./dict.ts";
import { launch } from "./guest-power.ts";
import type { LoadProfile } from "./load.ts";
import { drawMac } from "./net-device.ts";
import { addGuest } from "./new-guest.ts";
import { drawUuid, noise } from "./random.ts";
import { sidOf } from "./sid.ts";
import { driveSizeText } from "./units.ts";
import { allocate } from "./volume.ts";
import type { World } from "./world.ts";

type LabGuest = Lab["guests"]["items"][number];

const profiles: LoadProfile[] = ["steady", "office", "web", "night", "bursty"];

/** A load that is nobody's measurement: drawn from the seed, the same for the same guest. */
const drawnLoad = (world: World, vmid: number) => {
  const dice = (salt: number) => noise(world.seed + salt, vmid);
  return {
    profile: profiles[Math.floor(dice(1) * profiles.length)] ?? "steady",
    cpu: 0.03 + dice(2) * 0.25,
    memory: 0.35 + dice(3) * 0.4,
    netIn: 2e3 + dice(4) * 400e3,
    netOut: 2e3 + dice(5) * 400e3,
    diskRead: 1e3 + dice(6) * 300e3,
    diskWrite: 5e3 + dice(7) * 400e3,
  };
};

/** Numbers that guests without a declared one get: from 100 up, in the order of the inventory, none taken twice. */
const numberGuests = (lab: Lab, assume: Assume): Map<LabGuest, number> => {
  const taken = new Set<number>();
  for (const { id } of [...lab.guests.items, ...(lab.templates?.items ?? [])]) {
    const told = known(id);
    if (told !== undefined) taken.add(told);
  }
  const numbers = new Map<LabGuest, number>();
  let next = 100;
  for (const guest of lab.guests.items) {
    while (taken.has(next)) next += 1;
    const id = assume<number>(guest.name, "guest id", guest.id, next);
    taken.add(id);
    if (!numbers.has(guest)) numbers.set(guest, id);
  }
  return numbers;
};

const minutesText = (seconds: number): string =>
  seconds % 3600 === 0 ? `*/${seconds / 3600}:00` : `*/${Math.max(1, Math.round(seconds / 60))}`;

const addDisks = (
  world: World,
  assume: Assume,
  guest: LabGuest,
  at: { node: string; vmid: number; kind: "qemu" | "lxc" },
): Dict<string | number> => {
  const config = dict<string | number>();
  for (const [index, disk] of guest.disks.entries()) {
    const used = assume<number>(guest.name, `bytes written on disk ${index}`, disk.used, Math.floor(disk.size * 0.5));
    const made = allocate(world, at.node, at.kind === "qemu" ? "images" : "rootdir", {
      storage: known(disk.storage) ?? "",
      vmid: at.vmid,
      size: disk.size,
      used: Math.min(used, disk.size),
    });
    const key = at.kind === "qemu" ? `scsi${index}` : index === 0 ? "rootfs" : `mp${index - 1}`;
    if (typeof made === "string") {
      assume(guest.name, `disk ${index} left out`, undefined, made);
      continue;
    }
    const options = [disk.backup ? "" : ",backup=0", at.kind === "lxc" && index > 0 ? `,mp=/mnt/${index}` : ""].join(
      "",
    );
    config[key] = `${made.volid}${options},size=${driveSizeText(disk.size)}`;
  }
  return config;
};

/** Puts the declared guests into the world, each with its disks, running where it is declared to. */
export const addLabGuests = (world: World, lab: Lab, assume: Assume): Map<string, number> => {
  const numbers = numberGuests(lab, assume);
  const byName = new Map<string, number>();
  for (const guest of lab.guests.items) {
    const vmid = numbers.get(guest);
    const node = known(guest.node);
    if (vmid === undefined || world.guests[vmid]) continue;
    if (node === undefined || !world.nodes[node]) {
      assume(guest.name, "left out: its node is not declared", undefined, "");
      continue;
    }
    byName.set(guest.name, vmid);
    const kind = guest.kind === "vm" ? "qemu" : "lxc";
    const config = addDisks(world, assume, guest, { node, vmid, kind });
    const memory = assume<number>(guest.name, "bytes of memory", guest.memory, 4 * 2 ** 30);
    const mib = Math.floor(memory / 2 ** 20);
    config[kind === "qemu" ? "name" : "hostname"] = guest.name;
    config.memory = kind === "qemu" ? `${mib}` : mib;
    config.cores = guest.vcpus;
    if (guest.tags.length > 0) config.tags = guest.tags.toSorted().join(";");
    for (const [index, nic] of guest.nics.entries()) {
      const mac = nic.mac ?? drawMac(world.random, "BC:24:11");
      const tag = typeof nic.vlan === "number" ? `,tag=${nic.vlan}` : "";
      config[`net${index}`] =
        kind === "qemu"
          ? `virtio=${mac},bridge=${nic.bridge}${tag}`
          : `name=eth${index},bridge=${nic.bridge},hwaddr=${mac}${tag},type=veth`;
    }
    for (const [index, device] of guest.devices.entries()) {
      const pci = world.nodes[node]?.hardware.pci.find(({ names }) => names.declared_name === device);
      if (pci && kind === "qemu") config[`hostpci${index}`] = `${pci.id},pcie=1`;
    }
    if (guest.startOrder !== undefined) config.startup = `order=${guest.startOrder}`;
    if (guest.state === "running") config.onboot = 1;
    if (kind === "qemu")
      Object.assign(config, {
        agent: "1",
        ostype: "l26",
        scsihw: "virtio-scsi-single",
        smbios1: `uuid=${drawUuid(world.random)}`,
        vmgenid: drawUuid(world.random),
      });
    const made = addGuest(world, {
      vmid,
      kind,
      node,
      config,
      installed: true,
      load: drawnLoad(world, vmid),
    });
    made.bootMs =
      assume<number>(guest.name, "seconds from start until it works", guest.bootTime, kind === "qemu" ? 30 : 5) * 1000;
    if (guest.state === "running") launch(world, made);
    if (known(guest.ha) === true) addResource(world, assume, { guest, vmid, node, sid: sidOf(made) });
    for (const [index, { to, every }] of guest.replication.entries()) {
      const target = known(to);
      if (target === undefined) continue;
      const id = `${vmid}-${index}`;
      world.jobs.replication[id] = {
        type: "local",
        id,
        options: dict<string | number>([
          ["guest", vmid],
          ["target", target],
          ["schedule", minutesText(every)],
        ]),
      };
    }
  }
  addTemplates(world, lab, assume);
  return byName;
};

type Resource = { guest: LabGuest; vmid: number; node: string; sid: string };

/** An HA resource. One whose disks are replicated can start only where they are: a rule keeps it there. */
const addResource = (world: World, assume: Assume, { guest, vmid, node, sid }: Resource): void => {
  const state = guest.state === "running" ? "started" : "stopped";
  world.ha.resources[sid] = {
    type: sid.slice(0, 2),
    id: `${vmid}`,
    options: dict<string | number>([["state", state]]),
  };
  const replicas = guest.replication.flatMap(({ to }) => known(to) ?? []);
  if (replicas.length === 0) return;
  const nodes = assume(guest.name, "HA keeps it on", undefined, [node, ...replicas].toSorted().join(","));
  const id = `replicas-${vmid}`;
  if (world.release === "8.4") {
    world.ha.groups[id] = {
      type: "group",
      id,
      options: dict<string | number>([
        ["nodes", nodes],
        ["restricted", 1],
      ]),
    };
    world.ha.resources[sid].options.group = id;
  } else
    world.ha.rules[id] = {
      type: "node-affinity",
      id,
      options: dict<string | number>([
        ["resources", sid],
        ["nodes", nodes],
        ["strict", 1],
      ]),
    };
};

const addTemplates = (world: World, lab: Lab, assume: Assume): void => {
  let next = 9000;
  for (const template of lab.templates?.items ?? []) {
    while (world.guests[next]) next += 1;
    const vmid = assume<number>(template.name, "template id", template.id, next);
    const node = known(template.node);
    if (world.guests[vmid] || node === undefined || !world.nodes[node]) continue;
    const made = allocate(world, node, "images", {
      storage: known(template.storage) ?? "",
      vmid,
      size: template.size,
      prefix: "base",
      used: Math.floor(template.size * 0.4),
    });
    const config = dict<string | number>([
      ["name", template.name],
      ["template", 1],
      ["memory", "2048"],
      ["cores", 1],
      ["agent", "1"],
    ]);
    if (typeof made !== "string") config.scsi0 = `${made.volid},size=${driveSizeText(template.size)}`;
    addGuest(world, { vmid, kind: "qemu", node, config, installed: true });
  }
};
