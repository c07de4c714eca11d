import type { Rule } from "../rule.ts";
import { waiverExpired } from "../waivers.ts";
import { addresses } from "./addresses.ts";
import { availability } from "./availability.ts";
import { capacity } from "./capacity.ts";
import { failure } from "./failure.ts";
import { hardware } from "./hardware.ts";
import { inventoryRules } from "./inventory.ts";

/** Every rule, by family. */
export const rules: readonly Rule[] = [
  ...addresses,
  ...inventoryRules,
  ...hardware,
  ...capacity,
  ...failure,
  ...availability,
  waiverExpired,
];
