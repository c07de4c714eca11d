import { configPath, disksOf, guestOn, isRunning, lockedText, memoryOf } from "./guest-config.ts";
import { halt } from "./guest-power.ts";
import { localStamp } from "./local-time.ts";
import type { ActsFor } from "./outcome.ts";
import type { GuestAt } from "./power-guest.ts";
import { copyStep } from "./transfer.ts";
import { allocate, backingOf, findVolume, storageOf } from "./volume.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

export type SuspendGuest = GuestAt & {
  /** Where the memory goes; to the storage of the first disk unless told. */ storage?: string;
};

/** `qmsuspend`: the memory goes to disk and the guest is stopped; the next start takes it up again. */
export const suspendGuest = (world: World, actor: Actor, args: SuspendGuest): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  const node = world.nodes[args.node];
  if (!guest || !node)
    return refused(`Configuration file '${configPath(args.kind, args.node, args.vmid)}' does not exist`);
  if (!isRunning(guest)) return refused(`VM ${args.vmid} not running`);
  const [disk] = disksOf(guest);
  const storage = args.storage ?? (disk ? storageOf(disk.volid) : "local");
  return begin(world, {
    node,
    type: "qmsuspend",
    id: `${args.vmid}`,
    user: actor.user,
    steps: [
      { do: "lock", name: `guest/${args.vmid}`, timeoutMs: 10_000 },
      { do: "act", act: { kind: "guest.save-state", vmid: args.vmid, storage } },
    ],
  });
};

export const suspendGuestActs: ActsFor<"guest.save-state" | "guest.suspended"> = {
  "guest.save-state": (world, task, { vmid, storage }) => {
    const guest = world.guests[vmid];
    if (!guest || !isRunning(guest)) return { fail: `VM ${vmid} not running` };
    const locked = lockedText(guest);
    if (locked !== undefined) return { fail: locked };
    const date = localStamp(world.now, world.nodes[task.node]?.timezone ?? "UTC").slice(0, 10);
    const size = memoryOf(guest) * 2 + 500 * 2 ** 20;
    const state = allocate(world, guest.node, "images", { storage, vmid, size, name: `state-suspend-${date}` });
    if (typeof state === "string") return { fail: state };
    guest.config.lock = "suspending";
    const target = backingOf(world, guest.node, storage);
    const bytes = Math.max(1, Math.floor(memoryOf(guest) * guest.load.memory));
    return [
      {
        do: "cleanup",
        acts: [
          { kind: "guest.unlock", vmid, lock: "suspending" },
          { kind: "disk.drop", vmid, volid: state.volid },
        ],
      },
      copyStep(world, {
        ...(target ? { target } : {}),
        from: guest.node,
        to: guest.node,
        bytes,
        progress: { kind: "none" },
      }),
      { do: "act", act: { kind: "guest.fill-disk", vmid, volid: state.volid, used: bytes } },
      { do: "act", act: { kind: "guest.suspended", vmid, volid: state.volid } },
    ];
  },
  "guest.suspended": (world, task, { vmid, volid }) => {
    const guest = world.guests[vmid];
    const found = guest && findVolume(world, guest.node, volid);
    if (!guest || !found) return { fail: `volume '${volid}' does not exist` };
    if (!isRunning(guest)) return { fail: `VM ${vmid} not running` };
    task.cleanup = [];
    halt(world, guest);
    guest.config.vmstate = volid;
    guest.config.lock = "suspended";
    return undefined;
  },
};
