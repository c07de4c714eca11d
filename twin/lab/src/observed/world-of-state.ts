import type { ClusterState } from "@orrery/state";
import { newWorld, planJobs, type World, wakeHa } from "@orrery/twin-world";
import { Ledger } from "../assumption.ts";
import { seeAccess } from "./access.ts";
import { seeDatacenter } from "./datacenter.ts";
import { seeGuests } from "./guests.ts";
import { seeHa } from "./ha.ts";
import { seeJobs } from "./jobs.ts";
import { seeMembership } from "./membership.ts";
import { seeNodes } from "./nodes.ts";
import { seeSdn } from "./sdn.ts";
import type { Seeing } from "./seeing.ts";
import { seeStorages, seeVolumes } from "./storages.ts";
import { seeTasks } from "./tasks.ts";

/** A world as a cluster was observed, and all that had to be assumed for it. */
export const buildObserved = (
  state: ClusterState,
  { seed = 1, now = state.at }: { readonly seed?: number; readonly now?: number },
): { world: World; ledger: Ledger } => {
  const ledger = new Ledger();
  const world = newWorld({ release: state.contract, seed, now });
  const seeing: Seeing = { world, state, ledger };
  seeNodes(seeing);
  seeMembership(seeing);
  seeStorages(seeing);
  seeGuests(seeing);
  seeVolumes(seeing);
  seeAccess(seeing);
  seeDatacenter(seeing);
  seeSdn(seeing);
  seeJobs(seeing);
  seeHa(seeing);
  seeTasks(seeing);
  planJobs(world);
  wakeHa(world);
  return { world, ledger };
};
