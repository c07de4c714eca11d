import { inventoryOf, type Lab } from "@orrery/model";
import { type ClusterState, type Source, valueIn } from "@orrery/state";
import { vmidsOf } from "../../compare/vmids.ts";

/**
 * Firewalls of guests that are declared and that an observation passed over, because the cluster's firewall, the guest's
 * own or its cards say that they are not in force: what a plan has to see beside it.
 */
export const unseenFirewalls = (lab: Lab, state: ClusterState): readonly Source[] => {
  const vmidOf = vmidsOf(inventoryOf(lab), state);
  const guests = valueIn(state.guests) ?? {};
  return Object.keys(lab.firewall?.guests ?? {}).flatMap((name): Source[] => {
    const vmid = vmidOf(name);
    if (vmid === undefined || guests[String(vmid)]?.firewall.kind !== "unasked") return [];
    return [{ of: "guest", vmid, firewall: true }];
  });
};
