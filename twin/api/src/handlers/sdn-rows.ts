import type { Call } from "../call.ts";
import type { Row } from "./resource-rows.ts";

/** SDN zones on each node as the resources list them. In 9 they are rows of type `network`, which no filter asks for. */
export const sdnRows = (call: Call, only: boolean): Row[] => {
  const { world, rights } = call;
  const nodes = Object.keys(world.nodes);
  const zones = Object.keys(world.sdn.running?.zones ?? {});
  const rows: Row[] = [];
  for (const node of nodes) {
    for (const zone of zones) {
      if (!rights.hasAny(`/sdn/zones/${zone}`, "SDN.Audit", "SDN.Allocate")) continue;
      if (world.release === "8.4") rows.push({ id: `sdn/${node}/${zone}`, node, sdn: zone, status: "ok", type: "sdn" });
      else if (!only) rows.push({ ...localNetwork(node), id: `network/${node}/zone/${zone}`, network: zone });
    }
    if (!only && world.release === "9.2" && rights.hasAny("/sdn/zones/localnetwork", "SDN.Audit", "SDN.Allocate")) {
      rows.push(localNetwork(node));
    }
  }
  return rows;
};

const localNetwork = (node: string): Row => ({
  id: `network/${node}/zone/localnetwork`,
  node,
  network: "localnetwork",
  "network-type": "zone",
  status: "ok",
  type: "network",
});
