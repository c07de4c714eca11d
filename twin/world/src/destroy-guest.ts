import type { Guest } from "./guest.ts";
import { configPath, disksOf, guestOn, isRunning, lockedText } from "./guest-config.ts";
import { halt } from "./guest-power.ts";
import type { ActsFor } from "./outcome.ts";
import type { GuestAt } from "./power-guest.ts";
import { sidOf } from "./sid.ts";
import { clonesOf, findVolume, removeVolume, volumesOn } from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

export type DestroyGuest = GuestAt & { purge?: boolean; unreferenced?: boolean; force?: boolean; skipLock?: boolean };

/** `qmdestroy`, `vzdestroy`: the guest, its disks and, with purge, its place in jobs and HA are gone. */
export const destroyGuest = (world: World, actor: Actor, args: DestroyGuest): Started | Refused => {
  const { kind, vmid, purge = false, unreferenced = false } = args;
  const guest = guestOn(world, kind, args.node, vmid);
  const node = world.nodes[args.node];
  if (!guest || !node) return refused(`Configuration file '${configPath(kind, args.node, vmid)}' does not exist`);
  const what = kind === "qemu" ? "VM" : "CT";
  if (`${guest.config.protection ?? 0}` === "1")
    return refused(`can't remove ${what} ${vmid} - protection mode enabled`);
  if (world.ha.resources[sidOf(guest)] && !purge)
    return refused(`unable to remove ${what} ${vmid} - used in HA resources and purge parameter not set.`);
  if (isRunning(guest) && !args.force) {
    return refused(
      kind === "qemu"
        ? `VM ${vmid} is running - destroy failed`
        : `unable to destroy CT ${vmid} - container is running`,
    );
  }
  const type = kind === "qemu" ? "qmdestroy" : "vzdestroy";
  return begin(world, {
    node,
    type,
    id: `${vmid}`,
    user: actor.user,
    steps: [
      { do: "lock", name: `guest/${vmid}`, timeoutMs: 10_000 },
      { do: "act", act: { kind: "guest.check-destroy", vmid, skipLock: args.skipLock ?? false } },
      { do: "wait", ms: 100 + disksOf(guest).length * 60 },
      { do: "act", act: { kind: "guest.destroy", vmid, purge, unreferenced } },
    ],
  });
};

/** Jobs, HA resources and rules, replication and firewall forget the guest. */
const purgeGuest = (world: World, guest: Guest): void => {
  const sid = sidOf(guest);
  delete world.ha.resources[sid];
  delete world.ha.services[sid];
  for (const [id, rule] of Object.entries(world.ha.rules)) {
    const left = `${rule.options.resources ?? ""}`.split(",").filter((resource) => resource !== sid);
    if (left.length === 0) delete world.ha.rules[id];
    else rule.options.resources = left.join(",");
  }
  for (const job of Object.values(world.jobs.backup)) {
    for (const key of ["vmid", "exclude"]) {
      if (job.options[key] === undefined) continue;
      job.options[key] = `${job.options[key]}`
        .split(",")
        .filter((vmid) => vmid !== `${guest.vmid}`)
        .join(",");
    }
  }
  for (const [id, job] of Object.entries(world.jobs.replication))
    if (Number(job.options.guest ?? id.split("-")[0]) === guest.vmid) delete world.jobs.replication[id];
};

/** Volume ids that a guest's configuration and its snapshots name. */
export const volumesOf = (guest: Guest): string[] => {
  const all = [guest.config, guest.pending, ...Object.values(guest.snapshots).map(({ config }) => config)];
  const states = [guest, ...Object.values(guest.snapshots)].flatMap(({ config }) =>
    config.vmstate === undefined ? [] : `${config.vmstate}`,
  );
  return [
    ...new Set([
      ...all.flatMap((config) => disksOf({ config, kind: guest.kind }).map(({ volid }) => volid)),
      ...states,
    ]),
  ];
};

export const destroyGuestActs: ActsFor<"guest.check-destroy" | "guest.destroy"> = {
  "guest.check-destroy": (world, _task, { vmid, skipLock }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `VM ${vmid} does not exist` };
    const locked = skipLock ? undefined : lockedText(guest);
    if (locked !== undefined) return { fail: locked };
    for (const volid of volumesOf(guest)) {
      const found = findVolume(world, guest.node, volid);
      if (found && clonesOf(found.backing, volid).length > 0)
        return { fail: `base volume '${volid}' is still in use by linked cloned` };
    }
    return undefined;
  },
  "guest.destroy": (world, task, { vmid, purge, unreferenced }) => {
    const guest = world.guests[vmid];
    if (!guest) return undefined;
    if (purge) task.log.push(`purging ${guest.kind === "qemu" ? "VM" : "CT"} ${vmid} from related configurations..`);
    halt(world, guest);
    for (const volid of volumesOf(guest)) {
      const found = findVolume(world, guest.node, volid);
      if (found?.volume.vmid === vmid) removeVolume(world, found.backing, volid);
    }
    if (unreferenced) removeUnreferenced(world, guest);
    if (purge) purgeGuest(world, guest);
    delete world.guests[vmid];
    for (const pool of Object.values(world.pools)) pool.vmids = pool.vmids.filter((member) => member !== vmid);
    return undefined;
  },
};

const removeUnreferenced = (world: World, guest: Guest): void => {
  for (const storage in world.storages) {
    for (const volume of volumesOn(world, guest.node, storage)) {
      const image = volume.content === "images" || volume.content === "rootdir";
      const found = image && volume.vmid === guest.vmid ? findVolume(world, guest.node, volume.volid) : undefined;
      if (found) removeVolume(world, found.backing, volume.volid);
    }
  }
};
