import { drawUuid } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, forbid } from "../problem.ts";
import { archiveOf, create, needAllocate, needPool, restore } from "./guest-life.ts";
import { drivesAmong, givenOptions } from "./qemu-config.ts";
import { needBridges, needOptionRights, needVolumes } from "./qemu-rights.ts";
import { configOf } from "./values.ts";

/** Parameters of a creation that are no options of the guest. */
const control = [
  "archive",
  "pool",
  "start",
  "storage",
  "unique",
  "live-restore",
  "ha-managed",
  "bwlimit",
  "force",
  "restore",
  "ostemplate",
  "ignore-unpack-errors",
  "ssh-public-keys",
  "password",
];

const cardsAmong = (config: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(config).flatMap(([key, value]) => (/^net\d+$/.test(key) ? [String(value)] : []));

const createQemu = (call: Call): unknown => {
  const vmid = Number(call.need("vmid"));
  const pool = needPool(call);
  needAllocate(call, vmid, pool);
  const archive = archiveOf(call, "qemu");
  if (archive !== undefined) return restore(call, "qemu", archive, pool);
  const config = givenOptions(call, ...control);
  const drives = drivesAmong(config);
  needOptionRights(call, vmid, pool, new Map(Object.entries(config).map(([key, value]) => [key, String(value)])));
  needBridges(call, cardsAmong(config));
  const taken = call.world.guests[vmid];
  if (taken !== undefined)
    fail(
      `unable to create VM ${vmid} - ${taken.kind === "qemu" ? "VM" : "CT"} ${vmid} already exists on node '${taken.node}'`,
    );
  needVolumes(call, vmid, drives);
  for (const [key, text] of Object.entries(config))
    if (key === "vmgenid" && text === "1") config[key] = drawUuid(call.world.random);
  if (config.tags !== undefined)
    config.tags = [
      ...new Set(
        String(config.tags)
          .toLowerCase()
          .split(/[,;\s]+/)
          .filter(Boolean),
      ),
    ]
      .toSorted()
      .join(";");
  return create(call, "qemu", config, pool);
};

const systems = [
  "debian",
  "devuan",
  "ubuntu",
  "centos",
  "fedora",
  "opensuse",
  "archlinux",
  "alpine",
  "gentoo",
  "nixos",
];
/** Those that are set up as another one. */
const kin: Readonly<Record<string, string>> = { almalinux: "centos", rockylinux: "centos" };

/** The system in a template. The product looks into it; the twin, which keeps no file's content, goes by its name. */
const systemOf = (template: string): string => {
  const name = /(?:^|[:/])([a-z]+)-[^/]*$/.exec(template)?.[1] ?? "";
  return kin[name] ?? (systems.includes(name) ? name : "unmanaged");
};

const createLxc = (call: Call): unknown => {
  const vmid = Number(call.need("vmid"));
  const pool = needPool(call);
  needAllocate(call, vmid, pool);
  const taken = call.world.guests[vmid];
  if (taken !== undefined && !call.flag("force")) fail(`CT ${vmid} already exists on node '${taken.node}'`);
  const archive = archiveOf(call, "lxc");
  if (archive !== undefined) return restore(call, "lxc", archive, pool);
  const config: Record<string, string | number> = { ...configOf(call, "node", "vmid", ...control) };
  const storage = call.text("storage") ?? "local";
  if (call.world.storages[storage] === undefined) fail(`storage '${storage}' does not exist`);
  if (!call.rights.isRoot) {
    if (!call.rights.has(`/storage/${storage}`, "Datastore.AllocateSpace"))
      forbid(`/storage/${storage}, Datastore.AllocateSpace`);
    needBridges(call, cardsAmong(config));
  }
  config.rootfs ??= `${storage}:4`;
  config.memory ??= 512;
  config.swap ??= 512;
  config.hostname ??= `CT${vmid}`;
  config.ostype ??= systemOf(call.need("ostemplate"));
  if (config.unprivileged === 0) delete config.unprivileged;
  return create(call, "lxc", config, pool);
};

export const guestCreate: Handlers = {
  "POST /nodes/{node}/qemu": createQemu,
  "POST /nodes/{node}/lxc": createLxc,
};
