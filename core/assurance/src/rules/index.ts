import type { Rule } from "../rule.ts";
import { waiverExpired } from "../waivers.ts";

/** Every rule, by family. */
export const rules: readonly Rule[] = [waiverExpired];
