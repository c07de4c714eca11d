import type { Guest } from "./guest.ts";
import { configPath, disksOf, guestOn, isRunning, lockedText } from "./guest-config.ts";
import type { GuestAt } from "./power-guest.ts";
import { sidOf } from "./sid.ts";
import type { Step } from "./step.ts";
import { storageOf, whyNotStorage } from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

export type MigrateGuest = GuestAt & {
  target: string;
  online?: boolean;
  withLocalDisks?: boolean;
  /** The storage that local disks go to; the same one unless told. */
  targetStorage?: string;
  force?: boolean;
  /** KiB per second. */
  bwlimit?: number;
  /** For a running container: stop it, move it, start it there. */
  restart?: boolean;
};

/** Devices of the host that a guest uses, by which it is bound to its node. */
export const localDevices = (guest: Guest): string[] =>
  Object.keys(guest.config)
    .filter((key) => {
      const value = `${guest.config[key]}`;
      if (/^(?:hostpci|usb)\d+$/.test(key)) return !/(?:^|,)(?:mapping=|spice)/.test(value);
      if (/^(?:serial|parallel)\d+$/.test(key)) return value !== "socket";
      return guest.kind === "lxc" && /^dev\d+$/.test(key);
    })
    .toSorted((one, other) => (one < other ? 1 : -1));

/** Why a guest cannot be asked to move, in Proxmox's words; what is found later is said in the task. */
const whyNot = (world: World, guest: Guest, args: MigrateGuest): Refused | undefined => {
  const locked = lockedText(guest);
  if (locked !== undefined) return refused(locked);
  if (args.target === args.node)
    return { kind: "refused", status: 400, message: "target is local node.", parameter: "target" };
  if (!world.nodes[args.target]) return refused(`no such cluster node '${args.target}'`);
  if (isRunning(guest) && guest.kind === "qemu" && !args.online)
    return refused("can't migrate running VM without --online");
  if (isRunning(guest) && guest.kind === "lxc" && !args.online && !args.restart) {
    return refused("can't migrate running container without --online or --restart");
  }
  if (args.targetStorage !== undefined && args.targetStorage !== "1") {
    const why = whyNotStorage(world, args.target, args.targetStorage);
    if (why !== undefined) return refused(why);
  }
  return undefined;
};

/** `qmigrate`, `vzmigrate`; `hamigrate` where HA manages the guest. */
export const migrateGuest = (world: World, actor: Actor, args: MigrateGuest): Started | Refused => {
  const { kind, vmid, target } = args;
  const guest = guestOn(world, kind, args.node, vmid);
  const node = world.nodes[args.node];
  if (!guest || !node) return refused(`Configuration file '${configPath(kind, args.node, vmid)}' does not exist`);
  const why = whyNot(world, guest, args);
  if (why) return why;
  const start = (type: string, steps: Step[]): Started | Refused =>
    begin(world, { node, type, id: `${vmid}`, user: actor.user, steps });
  const sid = sidOf(guest);
  if (world.ha.resources[sid] && actor.user !== "ha") {
    return start("hamigrate", [
      { do: "log", text: `Requesting HA migration for ${kind === "qemu" ? "VM" : "CT"} ${vmid} to node ${target}` },
      { do: "wait", ms: 200 },
      { do: "act", act: { kind: "ha.move", sid, node: target } },
    ]);
  }
  const local = disksOf(guest).some(({ volid }) => storageOf(volid) !== "");
  return start(kind === "qemu" ? "qmigrate" : "vzmigrate", [
    { do: "lock", name: `guest/${vmid}`, timeoutMs: 10_000 },
    { do: "wait", ms: local ? 400 : 200 },
    {
      do: "act",
      act: {
        kind: "migrate.begin",
        vmid,
        target,
        online: args.online ?? false,
        localDisks: args.withLocalDisks ?? false,
        storage: args.targetStorage === undefined || args.targetStorage === "1" ? "" : args.targetStorage,
        force: args.force ?? false,
        cap: (args.bwlimit ?? 0) * 1024,
      },
    },
    { do: "catch", act: { kind: "migrate.abort", vmid, phase: 0 } },
  ]);
};
