import type { Rule } from "../rule.ts";
import { waiverExpired } from "../waivers.ts";
import { offsiteRules } from "./offsite.ts";
import { recoveryRules } from "./recovery.ts";
import { readinessRules } from "./recovery-readiness.ts";
import { retentionRules } from "./retention.ts";
import { backupScheduleRules } from "./schedules.ts";
import { windowRules } from "./schedules-window.ts";
import { zoneRules } from "./schedules-zone.ts";

/** Every rule, by family. */
export const rules: readonly Rule[] = [
  ...recoveryRules,
  ...readinessRules,
  ...retentionRules,
  ...offsiteRules,
  ...backupScheduleRules,
  ...windowRules,
  ...zoneRules,
  waiverExpired,
];
