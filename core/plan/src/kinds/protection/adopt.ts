import type { ClusterState } from "@orrery/state";
import type { LabFragment } from "../../adopt/fragment.ts";
import type { Mark } from "../../compare/mark.ts";
import { adoptBackupJobs } from "./adopt-backup.ts";
import { adoptGuestProtection } from "./adopt-guests.ts";
import { adoptRules } from "./adopt-rules.ts";

/** Backup jobs, HA rules, and what the HA manager and replication are told of guests. */
export const adoptProtection = (state: ClusterState, mark: Mark): LabFragment => {
  const rules = adoptRules(state, mark);
  const guests = adoptGuestProtection(state, mark);
  return {
    backup: { policies: adoptBackupJobs(state, mark) },
    ...(Object.keys(rules).length === 0 ? {} : { ha: { rules } }),
    ...(guests.length === 0 ? {} : { guests: { items: guests } }),
  };
};
