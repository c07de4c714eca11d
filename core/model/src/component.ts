import type { Inventory } from "./inventory.ts";
import type { GuestName, NodeName, SwitchName } from "./names.ts";

/** One thing that can fail by itself. */
export type Component =
  | { readonly kind: "node"; readonly node: NodeName }
  | { readonly kind: "switch"; readonly switch: SwitchName }
  /** The cable of one NIC. */
  | { readonly kind: "cable"; readonly node: NodeName; readonly nic: string }
  /** All links of a LAG at once; no single failure where it has several. */
  | { readonly kind: "lag"; readonly lag: string }
  /** The disks of a node that one storage stands on. */
  | { readonly kind: "disks"; readonly node: NodeName; readonly disk: string }
  | { readonly kind: "firewall"; readonly firewall: string }
  | { readonly kind: "uplink"; readonly uplink: string }
  /** A guest that provides a service to others or a storage to the cluster. */
  | { readonly kind: "guest"; readonly guest: GuestName };

/** `node node05`, `cable node01/lan0`, `disks node05/hdd`: as findings name it, and the key of a set. */
export const componentName = (component: Component): string => {
  switch (component.kind) {
    case "node":
      return `node ${component.node}`;
    case "switch":
      return `switch ${component.switch}`;
    case "cable":
      return `cable ${component.node}/${component.nic}`;
    case "lag":
      return `lag ${component.lag}`;
    case "disks":
      return `disks ${component.node}/${component.disk}`;
    case "firewall":
      return `firewall ${component.firewall}`;
    case "uplink":
      return `uplink ${component.uplink}`;
    case "guest":
      return `guest ${component.guest}`;
  }
};

/** Every single failure that the declaration knows of, in the order of the lab. */
export const componentsOf = ({ lab, nodes }: Inventory): readonly Component[] => {
  const all: Component[] = [];
  for (const node of nodes.keys()) all.push({ kind: "node", node });
  for (const name of Object.keys(lab.network.switches)) all.push({ kind: "switch", switch: name });
  for (const [node, { nics }] of nodes) for (const nic of Object.keys(nics)) all.push({ kind: "cable", node, nic });
  for (const [name, { links }] of Object.entries(lab.network.lags))
    if (links === 1) all.push({ kind: "lag", lag: name });
  for (const [node, { disks }] of nodes) {
    for (const [disk, { use }] of Object.entries(disks))
      if (use === "guests" || use === "pool") all.push({ kind: "disks", node, disk });
  }
  for (const name of Object.keys(lab.network.firewalls)) all.push({ kind: "firewall", firewall: name });
  for (const name of Object.keys(lab.network.uplinks)) all.push({ kind: "uplink", uplink: name });
  for (const guest of lab.guests.items) {
    const serves =
      guest.provides.length > 0 ||
      Object.values(lab.storage.items).some((item) => item.home.on === "guest" && item.home.guest === guest.name);
    if (serves) all.push({ kind: "guest", guest: guest.name });
  }
  return all;
};
