import {
  disksOf,
  type Guest,
  type GuestKind,
  isOnNode,
  isRunning,
  lockedText,
  migrateGuest,
  type Storage,
  storageOf,
} from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needQuorum } from "../quorum.ts";
import { upidOrRefusal } from "../start.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { contentOf } from "./storage-config.ts";
import { storageNamed } from "./volume-access.ts";

const storageMap = (text: string): { readonly isIdentity: boolean; readonly targets: readonly string[] } => {
  const words = text.split(",").map((word) => word.trim());
  return {
    isIdentity: words.includes("1"),
    targets: words.filter((word) => word !== "1").map((word) => word.slice(word.indexOf(":") + 1)),
  };
};

/** A storage that a VM's disks are to go to must be there and the caller's to use. */
const needTargetStorage = (call: Call, id: string, target: string): void => {
  const storage = storageNamed(call, id);
  needStorageOn(storage, target);
  if (!call.rights.isRoot) call.rights.need(`/storage/${id}`, "Datastore.AllocateSpace");
  if (!contentOf(storage).includes("images")) fail(`storage '${id}' does not support vm images`);
};

const needStorageOn = (storage: Storage, node: string): void => {
  if (`${storage.options.disable ?? 0}` === "1") fail(`storage '${storage.id}' is disabled`);
  if (!isOnNode(storage, node)) fail(`storage '${storage.id}' is not available on node '${node}'`);
};

/** Every storage of a VM must be on the node that it goes to. Mirrors check_storage_availability. */
const needStoragesThere = (call: Call, guest: Guest, target: string): void => {
  for (const { volid } of disksOf(guest)) {
    const id = storageOf(volid);
    if (id !== "") needStorageOn(storageNamed(call, id), target);
  }
};

const needMigratable = (call: Call, kind: GuestKind, target: string): void => {
  const guest = guestOfCall(call, kind);
  if (lockedText(guest) !== undefined || kind === "lxc") return;
  if (isRunning(guest) && !call.flag("online")) fail("can't migrate running VM without --online");
  const map = storageMap(call.text("targetstorage") ?? "1");
  if (!call.rights.isRoot && !map.isIdentity) call.rights.need(`/vms/${guest.vmid}`, "VM.Config.Disk");
  for (const id of map.targets) needTargetStorage(call, id, target);
  if (map.isIdentity) needStoragesThere(call, guest, target);
};

const migrate =
  (kind: GuestKind): Handler =>
  (call) => {
    const target = call.need("target");
    if (target === call.node) refuseParameters({ target: "target is local node." });
    needQuorum(call.world, call.node);
    if (call.world.nodes[target] === undefined) fail(`no such cluster node '${target}'`);
    if (!call.rights.isRoot && kind === "qemu") {
      for (const name of ["force", "migration_type", "migration_network"])
        if (call.given(name) && (name !== "force" || call.flag(name)))
          refuseParameters({ [name]: "Only root may use this option." });
    }
    needMigratable(call, kind, target);
    const storage = call.text("targetstorage") ?? call.text("target-storage");
    const bwlimit = call.number("bwlimit");
    return upidOrRefusal(
      migrateGuest(
        call.world,
        { user: call.rights.name },
        {
          node: call.node,
          kind,
          vmid: Number(call.need("vmid")),
          target,
          online: call.flag("online"),
          withLocalDisks: call.flag("with-local-disks"),
          force: call.flag("force"),
          restart: call.flag("restart"),
          ...(storage === undefined ? {} : { targetStorage: storage }),
          ...(bwlimit === undefined ? {} : { bwlimit }),
        },
      ),
    );
  };

export const guestMigration: Handlers = {
  "POST /nodes/{node}/qemu/{vmid}/migrate": migrate("qemu"),
  "POST /nodes/{node}/lxc/{vmid}/migrate": migrate("lxc"),
};
