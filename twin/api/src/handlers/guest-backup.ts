import { backUpGuests, propertyOf } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { refuseParameters } from "../problem.ts";
import { startWorker, upidOrRefusal } from "../start.ts";
import { guestsOfJob } from "./backup-jobs.ts";
import { configOf } from "./values.ts";

/** Mirrors assert_param_permission_vzdump in pve-manager. */
const needBackupRights = (call: Call, storage: string): void => {
  const { rights } = call;
  if (rights.isRoot) return;
  for (const key of ["tmpdir", "dumpdir", "script", "job-id"])
    if (call.given(key)) refuseParameters({ [key]: "Only root may set this option." });
  if (["bwlimit", "ionice", "performance"].some((key) => call.given(key))) rights.need("/", "Sys.Modify");
  const fleecing = propertyOf(call.text("fleecing") ?? "", "storage");
  if (fleecing !== undefined) rights.need(`/storage/${fleecing}`, "Datastore.AllocateSpace");
  if (call.given("prune-backups")) rights.need(`/storage/${storage}`, "Datastore.Allocate");
  if (call.given("storage")) rights.need(`/storage/${storage}`, "Datastore.AllocateSpace");
};

const backUp: Handler = (call) => {
  const { world, rights } = call;
  const vmids = call.list("vmid").map(Number);
  if (!call.flag("all") && !call.given("pool") && vmids.length === 0 && !call.flag("stop"))
    refuseParameters({ vmid: "property is missing" });
  if (call.flag("all") && vmids.length > 0) refuseParameters({ all: "option conflicts with option 'vmid'" });
  const storage = call.text("storage") ?? "local";
  needBackupRights(call, storage);
  const asked = configOf(call, "vmid");
  const many = call.flag("all") || call.given("pool");
  const chosen = many
    ? guestsOfJob(call, asked).filter(
        (vmid) => world.guests[vmid]?.node === call.node && rights.has(`/vms/${vmid}`, "VM.Backup"),
      )
    : vmids.filter((vmid) => world.guests[vmid] === undefined || world.guests[vmid].node === call.node);
  // What runs elsewhere is another node's to back up.
  if (!many && chosen.length === 0 && vmids.length > 0) return "OK";
  if (world.storages[storage] === undefined) {
    const missing = `storage '${storage}' does not exist`;
    return startWorker(call, "vzdump", vmids.length === 1 ? String(vmids[0]) : "", [
      {
        do: "fail",
        message: `could not activate storage '${storage}': ${missing} could not get storage information for '${storage}': ${missing}`,
      },
    ]);
  }
  const barred = many ? undefined : chosen.find((vmid) => !rights.has(`/vms/${vmid}`, "VM.Backup"));
  if (barred !== undefined && world.guests[barred] !== undefined) {
    const message = `403 Permission check failed (/vms/${barred}, VM.Backup)`;
    return startWorker(call, "vzdump", vmids.length === 1 ? String(vmids[0]) : "", [{ do: "fail", message }]);
  }
  const mode = call.text("mode");
  const compress = call.text("compress");
  const [notes, prune] = [call.text("notes-template"), call.text("prune-backups")];
  return upidOrRefusal(
    backUpGuests(
      world,
      { user: call.rights.name },
      {
        node: call.node,
        vmids: chosen,
        asked,
        many,
        options: {
          storage,
          ...(mode === "stop" || mode === "suspend" || mode === "snapshot" ? { mode } : {}),
          ...(compress === "gzip" || compress === "lzo" || compress === "zstd" || compress === "0" ? { compress } : {}),
          ...(notes === undefined ? {} : { notes }),
          ...(prune === undefined ? {} : { prune }),
          ...(call.given("remove") ? { remove: call.flag("remove") } : {}),
          ...(call.given("protected") ? { protect: call.flag("protected") } : {}),
          ...(call.number("bwlimit") === undefined ? {} : { cap: (call.number("bwlimit") ?? 0) * 1024 }),
        },
      },
    ),
  );
};

export const guestBackup: Handlers = { "POST /nodes/{node}/vzdump": backUp };
