import { type GuestName, type Inventory, refText } from "@orrery/model";
import type { Bond, Names, Pin, Policy } from "./policy.ts";

/** The declared rules of the chapter `placement`, and the guests that are declared to be pinned to their node. */
export const declaredPolicyOf = ({ lab, nodeOf }: Inventory, { byLabName }: Names): Policy => {
  const bonds: Bond[] = [];
  const pins: Pin[] = [];
  const ignored = new Set<string>();
  const itemsOf = (refs: readonly (GuestName | Parameters<typeof refText>[0])[]): string[] =>
    refs.flatMap((ref) => byLabName(refText(ref)));
  for (const rule of lab.placement?.rules ?? []) {
    if ("ignore" in rule) for (const guest of itemsOf(rule.ignore)) ignored.add(guest);
    if ("together" in rule) bonds.push({ kind: "together", guests: itemsOf(rule.together), strict: rule.strict });
    if ("apart" in rule) bonds.push({ kind: "apart", guests: itemsOf(rule.apart), strict: rule.strict });
    if (!("pin" in rule)) continue;
    const nodes = rule.to.flatMap((ref) => nodeOf(ref) ?? []);
    for (const guest of itemsOf(Array.isArray(rule.pin) ? rule.pin : [rule.pin]))
      pins.push({ guest, nodes, strict: rule.strict, why: `is declared to run on ${rule.to.map(refText).join(", ")}` });
  }
  for (const guest of lab.guests.items) {
    const node = nodeOf(guest.node);
    if (guest.placement !== "pinned" || node === undefined) continue;
    for (const item of byLabName(guest.name))
      pins.push({ guest: item, nodes: [node], strict: true, why: `is declared to be pinned to ${node}` });
  }
  return { bonds, pins, ignored };
};
