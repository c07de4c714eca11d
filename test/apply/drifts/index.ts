import { driftsOfAccess } from "./access.ts";
import type { ByHand } from "./by-hand.ts";
import { driftsOfGuests } from "./guests.ts";
import { driftsOfNodes } from "./nodes.ts";
import { driftsOfProtection } from "./protection.ts";

/** What people change by hand. */
export const drifts: readonly ByHand[] = [
  ...driftsOfGuests,
  ...driftsOfNodes,
  ...driftsOfAccess,
  ...driftsOfProtection,
];
