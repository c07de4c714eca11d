import type { Act, ActMap, ActOf } from "./act.ts";
import { backupActs } from "./backup-acts.ts";
import { bulkActs } from "./bulk-work.ts";
import { cloneGuestActs } from "./clone-guest.ts";
import { createGuestActs } from "./create-guest.ts";
import { datastoreActs } from "./datastore.ts";
import { destroyGuestActs } from "./destroy-guest.ts";
import { guestPowerActs } from "./guest-power.ts";
import { guestVolumeActs } from "./guest-volume.ts";
import { haActs } from "./ha-acts.ts";
import { migrationActs } from "./migration-acts.ts";
import { nodeActs } from "./node-acts.ts";
import { nodeGuestActs } from "./node-guests.ts";
import { nodeUpdateActs } from "./node-update.ts";
import type { ActsFor, Outcome } from "./outcome.ts";
import { pruneActs } from "./prune.ts";
import { replicationActs } from "./replication.ts";
import { restoreActs } from "./restore-guest.ts";
import { snapshotGuestActs } from "./snapshot-guest.ts";
import { suspendGuestActs } from "./suspend-guest.ts";
import type { Task } from "./task.ts";
import { templateGuestActs } from "./template-guest.ts";
import type { World } from "./world.ts";

const acts: ActsFor<keyof ActMap> = {
  ...guestPowerActs,
  ...createGuestActs,
  ...destroyGuestActs,
  ...cloneGuestActs,
  ...templateGuestActs,
  ...snapshotGuestActs,
  ...guestVolumeActs,
  ...migrationActs,
  ...backupActs,
  ...restoreActs,
  ...pruneActs,
  ...nodeGuestActs,
  ...replicationActs,
  ...datastoreActs,
  ...nodeUpdateActs,
  ...suspendGuestActs,
  ...haActs,
  ...nodeActs,
  ...bulkActs,
};

const performOne = <K extends keyof ActMap>(world: World, task: Task, act: ActOf<K>): Outcome =>
  acts[act.kind](world, task, act);

/** Does what the act says. */
export const perform = (world: World, task: Task, act: Act): Outcome => performOne(world, task, act);
