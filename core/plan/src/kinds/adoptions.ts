import type { ClusterState } from "@orrery/state";
import type { Mark } from "../mark.ts";
import { adoptAccess } from "./access/adopt.ts";
import type { LabFragment } from "./adoption.ts";
import { adoptDatacenter } from "./cluster/adopt.ts";
import { adoptFirewall } from "./firewall/adopt.ts";
import { adoptGuests } from "./guests/adopt.ts";
import { adoptNetwork } from "./network/adopt.ts";
import { adoptProtection } from "./protection/adopt.ts";
import { adoptStorages } from "./storage/adopt.ts";

/** What each area reads out of a cluster state. */
export const adoptions: readonly ((state: ClusterState, mark: Mark) => LabFragment)[] = [
  adoptAccess,
  adoptFirewall,
  adoptDatacenter,
  adoptNetwork,
  adoptStorages,
  adoptGuests,
  adoptProtection,
];
