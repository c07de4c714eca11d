import type { ClusterState } from "@orrery/state";
import type { Mark } from "../compare/mark.ts";
import { adoptAccess } from "../kinds/access/adopt.ts";
import { adoptDatacenter } from "../kinds/cluster/adopt.ts";
import { adoptFirewall } from "../kinds/firewall/adopt.ts";
import { adoptGuests } from "../kinds/guests/adopt.ts";
import { adoptNetwork } from "../kinds/network/adopt.ts";
import { adoptProtection } from "../kinds/protection/adopt.ts";
import { adoptStorages } from "../kinds/storage/adopt.ts";
import type { LabFragment } from "./fragment.ts";

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
