import { valueIn, whyUnknown } from "@orrery/state";
import { replicatedBefore } from "@orrery/twin-world";
import { numberIn, sectionsOf, textIn } from "./options.ts";
import type { Seeing } from "./seeing.ts";

/** Backup, realm-sync and replication jobs, and how replication went. */
export const seeJobs = ({ world, state, ledger }: Seeing): void => {
  for (const part of ["backupJobs", "realmSyncJobs", "replicationJobs"] as const) {
    const why = whyUnknown(state[part]);
    if (why !== undefined) ledger.leaveOut(part, why, "cluster");
  }
  world.jobs.backup = sectionsOf(valueIn(state.backupJobs));
  world.jobs.realmSync = sectionsOf(valueIn(state.realmSyncJobs));
  world.jobs.replication = sectionsOf(valueIn(state.replicationJobs));
  for (const node of Object.values(state.nodes)) {
    for (const row of valueIn(node.replication) ?? []) {
      const seconds = (key: string): number => numberIn(row, key) ?? 0;
      const error = textIn(row, "error");
      world.jobs.replicationState[textIn(row, "id") ?? ""] = {
        lastSync: seconds("last_sync") * 1000,
        lastTry: seconds("last_try") * 1000,
        nextSync: seconds("next_sync") * 1000,
        duration: Math.round(seconds("duration") * 1000),
        failCount: seconds("fail_count"),
        ...(error === undefined ? {} : { error }),
      };
    }
  }
  seeCopies({ world, state, ledger });
};

/** Copies of replicated disks at their targets. What they take of their storage was taken already. */
const seeCopies = ({ world, state, ledger }: Seeing): void => {
  for (const [id, { options }] of Object.entries(world.jobs.replication)) {
    const told = world.jobs.replicationState[id];
    const source = world.guests[Number(options.guest ?? id.split("-")[0])]?.node ?? "";
    const why = whyUnknown(state.nodes[source]?.replication ?? state.replicationJobs);
    // Of what was read, a job that is not in it has never run.
    if (told === undefined && why === undefined) continue;
    const before = new Map(Object.values(world.backings).map((backing) => [backing, backing.used]));
    if (!replicatedBefore(world, id, told?.lastSync)) continue;
    for (const [backing, used] of before) {
      const copied = Math.min(backing.used - used, backing.base);
      backing.base -= copied;
      backing.used -= copied;
    }
    if (told === undefined) ledger.assume("last sync of a replication", "when it was last due", why ?? "", id);
  }
};
