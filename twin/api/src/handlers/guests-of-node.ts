import { migrateAll, pauseGuest, startAll, stopAll } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { startWorker, upidOrRefusal } from "../start.ts";
import { needOnGuests } from "./bulk-work.ts";

const actor = (call: Call) => ({ user: call.rights.name });

const chosen = (call: Call): { node: string; vmids?: number[] } => ({
  node: call.node,
  ...(call.given("vms") ? { vmids: call.list("vms").map(Number) } : {}),
});

const startEach: Handler = (call) => {
  needOnGuests(call, "VM.PowerMgmt");
  return upidOrRefusal(startAll(call.world, actor(call), { ...chosen(call), force: call.flag("force") }));
};

const stopEach: Handler = (call) => {
  needOnGuests(call, "VM.PowerMgmt");
  const timeout = call.number("timeout");
  return upidOrRefusal(
    stopAll(call.world, actor(call), {
      ...chosen(call),
      force: call.flag("force-stop", true),
      ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    }),
  );
};

const migrateEach: Handler = (call) => {
  needOnGuests(call, "VM.Migrate");
  const workers = call.number("maxworkers") ?? call.number("max-workers");
  return upidOrRefusal(
    migrateAll(call.world, actor(call), {
      ...chosen(call),
      target: call.need("target"),
      withLocalDisks: call.flag("with-local-disks"),
      ...(workers === undefined ? {} : { workers }),
    }),
  );
};

/** One worker that pauses the VMs of a node one after another. */
const suspendEach: Handler = (call) => {
  needOnGuests(call, "VM.PowerMgmt");
  const wanted = chosen(call).vmids;
  const upids = Object.values(call.world.guests)
    .filter(
      (guest) =>
        guest.node === call.node &&
        guest.kind === "qemu" &&
        guest.run.kind === "running" &&
        (wanted === undefined || wanted.includes(guest.vmid)),
    )
    .flatMap((guest) => {
      const outcome = pauseGuest(call.world, actor(call), { node: call.node, kind: "qemu", vmid: guest.vmid });
      return outcome.kind === "started" ? [outcome.upid] : [];
    });
  return startWorker(
    call,
    "suspendall",
    "",
    upids.map((upid) => ({ do: "await", upid }) as const),
  );
};

export const guestsOfNode: Handlers = {
  "POST /nodes/{node}/startall": startEach,
  "POST /nodes/{node}/stopall": stopEach,
  "POST /nodes/{node}/suspendall": suspendEach,
  "POST /nodes/{node}/migrateall": migrateEach,
};
