import type { Scope } from "@orrery/collect";
import type { Lab } from "@orrery/model";
import type { Action } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import type { OverTwin } from "../observe/observed-twin.ts";
import { carryOut } from "./carry-out.ts";
import { stateOf, stepsHold } from "./planned-lab.ts";

/** What the kinds of firewall and protection are read from. */
const scope: Scope = {
  cluster: ["storages", "pools", "backupJobs", "replicationJobs", "haResources", "haRules", "haGroups", "firewall"],
  nodes: ["time", "firewall"],
  guestFiles: true,
  guestFirewalls: "all",
};

/** The state of a twin's cluster, as far as firewall and protection are concerned. */
export const lookAt = (twin: OverTwin): Promise<ClusterState> => stateOf(twin, scope);

/** Does the steps one after another; each has to find what it starts from and to leave what it says that it leaves. */
export const stepByStep = async (twin: OverTwin, lab: Lab, actions: readonly Action[]): Promise<void> => {
  await carryOut(twin, { actions }, stepsHold(twin, lab, scope));
};
