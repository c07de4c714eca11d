import type { Guest } from "./guest.ts";
import { configPath, disksOf, guestOn, isRunning, isTemplate, lockedText } from "./guest-config.ts";
import { withDisk } from "./guest-disk.ts";
import type { ActsFor } from "./outcome.ts";
import type { GuestAt } from "./power-guest.ts";
import { findVolume, renameVolumeTo } from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

/** Why a guest cannot become a template, in Proxmox's words. */
const whyNotTemplate = (guest: Guest): string | undefined => {
  const what = guest.kind === "qemu" ? "VM" : "CT";
  const locked = lockedText(guest);
  if (locked !== undefined) return locked;
  if (isTemplate(guest)) return "you can't convert a template to a template";
  if (Object.keys(guest.snapshots).length > 0) return `unable to create template, because ${what} contains snapshots`;
  if (isRunning(guest)) return `you can't convert a ${what} to template if ${what} is running`;
  return undefined;
};

/** The guest becomes a template: its disks become the bases of linked clones. */
const makeTemplate = (world: World, guest: Guest): void => {
  guest.config.template = 1;
  for (const { key, volid, text } of disksOf(guest)) {
    const found = key.startsWith("unused") ? undefined : findVolume(world, guest.node, volid);
    if (!found || volid.includes("cloudinit")) continue;
    const renamed = volid
      .replace(`vm-${guest.vmid}-disk-`, `base-${guest.vmid}-disk-`)
      .replace(`subvol-${guest.vmid}-disk-`, `basevol-${guest.vmid}-disk-`);
    renameVolumeTo(found.backing, found.volume, renamed);
    guest.config[key] = withDisk(guest.kind, text, { volid: renamed });
  }
};

/** `qmtemplate`. A container becomes one without a task: the answer is then undefined. */
export const templateGuest = (world: World, actor: Actor, args: GuestAt): Started | Refused | undefined => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  const node = world.nodes[args.node];
  if (!guest || !node)
    return refused(`Configuration file '${configPath(args.kind, args.node, args.vmid)}' does not exist`);
  const why = whyNotTemplate(guest);
  if (why !== undefined) return refused(why);
  if (args.kind === "lxc") {
    makeTemplate(world, guest);
    return undefined;
  }
  return begin(world, {
    node,
    type: "qmtemplate",
    id: `${args.vmid}`,
    user: actor.user,
    steps: [
      { do: "lock", name: `guest/${args.vmid}`, timeoutMs: 10_000 },
      { do: "wait", ms: 100 },
      { do: "act", act: { kind: "guest.make-template", vmid: args.vmid } },
    ],
  });
};

export const templateGuestActs: ActsFor<"guest.make-template"> = {
  "guest.make-template": (world, _task, { vmid }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `VM ${vmid} does not exist` };
    const why = whyNotTemplate(guest);
    if (why !== undefined) return { fail: why };
    makeTemplate(world, guest);
    return undefined;
  },
};
