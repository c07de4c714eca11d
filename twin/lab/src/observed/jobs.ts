import { valueIn, whyUnknown } from "@orrery/state";
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
};
