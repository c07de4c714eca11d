import { type GuestState, valueIn } from "@orrery/state";
import type { Bond, Names, Pin, Policy } from "./policy.ts";
import { wordsOf } from "./property.ts";

/**
 * Rules that guests' tags tell, as ProxLB reads them: `plb_affinity_*` share a node and `plb_anti_affinity_*` do not,
 * `plb_pin_<node>` keeps to that node, or to those where there are several, and `plb_ignore*` is left where it is.
 */
export const tagPolicyOf = (
  guests: readonly GuestState[],
  nodes: readonly string[],
  { byVmid }: Names,
  assume: (what: string) => void,
): Policy => {
  const groups = new Map<string, string[]>();
  const pins: Pin[] = [];
  const ignored = new Set<string>();
  for (const { vmid, presence } of guests) {
    const guest = byVmid(vmid);
    if (guest === undefined) continue;
    const tags = wordsOf(valueIn(presence)?.tags);
    const pinned: string[] = [];
    for (const tag of tags) {
      if (tag.startsWith("plb_ignore")) ignored.add(guest);
      else if (tag.startsWith("plb_affinity") || tag.startsWith("plb_anti_affinity"))
        groups.set(tag, [...(groups.get(tag) ?? []), guest]);
      else if (tag.startsWith("plb_pin_")) {
        // Proxmox writes tags in small letters unless it is told otherwise.
        const node = nodes.find((name) => name.toLowerCase() === tag.slice("plb_pin_".length).toLowerCase());
        if (node === undefined) assume(`The tag ${tag} of ${guest} is passed over: there is no such node.`);
        else pinned.push(node);
      }
    }
    if (pinned.length > 0)
      pins.push({ guest, nodes: pinned, strict: true, why: `is pinned to ${pinned.join(", ")} by its tags` });
  }
  const bonds = [...groups].map(
    ([tag, members]): Bond => ({
      kind: tag.startsWith("plb_affinity") ? "together" : "apart",
      guests: members,
      strict: true,
    }),
  );
  return { bonds, pins, ignored };
};
