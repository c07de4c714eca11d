import type { Rule } from "../rule.ts";
import { waiverExpired } from "../waivers.ts";
import { access } from "./access.ts";
import { addresses } from "./addresses.ts";
import { availability } from "./availability.ts";
import { capacity } from "./capacity.ts";
import { changes } from "./changes.ts";
import { controls } from "./controls.ts";
import { documents } from "./documents.ts";
import { failure } from "./failure.ts";
import { hardware } from "./hardware.ts";
import { inventoryRules } from "./inventory.ts";
import { monitoring } from "./monitoring.ts";
import { offsiteRules } from "./offsite.ts";
import { recoveryRules } from "./recovery.ts";
import { readinessRules } from "./recovery-readiness.ts";
import { retentionRules } from "./retention.ts";
import { backupScheduleRules } from "./schedules.ts";
import { windowRules } from "./schedules-window.ts";
import { zoneRules } from "./schedules-zone.ts";

/** Every rule, by family. */
export const rules: readonly Rule[] = [
  ...addresses,
  ...inventoryRules,
  ...hardware,
  ...capacity,
  ...failure,
  ...availability,
  ...recoveryRules,
  ...readinessRules,
  ...retentionRules,
  ...offsiteRules,
  ...backupScheduleRules,
  ...windowRules,
  ...zoneRules,
  ...monitoring,
  ...access,
  ...controls,
  ...changes,
  ...documents,
  waiverExpired,
];
