import type { ClusterState } from "@orrery/state";
import type { Mark } from "../../mark.ts";
import type { LabFragment } from "../adoption.ts";
import { adoptBackupJobs } from "./adopt-backup.ts";

/** The backup jobs of a cluster as a declaration has them. */
export const adoptProtection = (state: ClusterState, mark: Mark): LabFragment => ({
  backup: { policies: adoptBackupJobs(state, mark) },
});
