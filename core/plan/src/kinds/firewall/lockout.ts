import type { Properties } from "../../compare/value.ts";
import type { Risk } from "../../plan/step.ts";
import type { Planning } from "../kind.ts";
import { textOf } from "../text.ts";
import type { Place } from "./place.ts";
import { ruleFields } from "./rule-text.ts";

/** The web interface and API, and SSH: what a cluster is administered by. */
const doors = [
  { port: 8006, macro: undefined },
  { port: 22, macro: "SSH" },
] as const;

const covers = (ports: string, port: number): boolean =>
  ports.split(",").some((word) => {
    const [from, to = from] = word.split(":").map(Number);
    return from !== undefined && to !== undefined && from <= port && port <= to;
  });

const lists = (id: string, { declared, observed }: Planning): readonly string[] => {
  const ref = { kind: "firewall rules", id } as const;
  const rules = (declared(ref) ?? observed(ref))?.properties.rules;
  return Array.isArray(rules) ? rules : [];
};

/** Whether a list of rules, or a group that it takes in, lets a port in from anywhere beyond the node. */
const letsIn = (id: string, door: (typeof doors)[number], planning: Planning): boolean =>
  lists(id, planning).some((line) => {
    const rule = ruleFields(line);
    if (!rule.enable) return false;
    if (rule.type === "group") return !id.startsWith("group ") && letsIn(`group ${rule.action}`, door, planning);
    if (rule.type !== "in" || rule.action !== "ACCEPT") return false;
    if (rule.macro !== undefined) return rule.macro === door.macro;
    if (rule.proto !== undefined && rule.proto !== "tcp") return false;
    return rule.dport === undefined || rule.dport === "" || covers(String(rule.dport), door.port);
  });

const isFiltering = (enable: unknown): boolean => enable !== undefined && enable !== "0";

/** Networks that Proxmox lets in by itself, beside the nodes' own. */
const hasManagementSet = ({ declared, observed }: Planning): boolean => {
  const ref = { kind: "ip set", id: "cluster/management" } as const;
  const entries = (declared(ref) ?? observed(ref))?.properties.entries;
  return Array.isArray(entries) && entries.length > 0;
};

/**
 * What may be shut out by a change of options, and whether somebody is still let in. Once the cluster's firewall is on,
 * what enters a node is dropped, but for the web interface and SSH from the node's own network and from the set
 * `management`, which Proxmox lets in by itself. Mirrors the chapter on the firewall of the administration guide.
 */
export const lockout = (
  place: Place,
  wanted: Properties,
  seen: Properties,
  planning: Planning,
): { readonly risk: Risk; readonly because?: string } => {
  if (place.at === "guest")
    return isFiltering(wanted.enable) && !isFiltering(seen.enable)
      ? { risk: "hot", because: "what its filtered cards send and receive is then held against its rules" }
      : { risk: "hot" };
  const policy = textOf(wanted.policy_in ?? "DROP");
  const cluster = { kind: "firewall options", id: "cluster" } as const;
  const isOn =
    place.at === "cluster"
      ? isFiltering(wanted.enable)
      : isFiltering(wanted.enable) &&
        isFiltering((planning.declared(cluster) ?? planning.observed(cluster))?.properties.enable);
  const isTightened =
    isOn && (!isFiltering(seen.enable) || (policy !== "ACCEPT" && textOf(seen.policy_in ?? "DROP") === "ACCEPT"));
  if (!isTightened || policy === "ACCEPT") return { risk: isOn ? "hot" : "none" };
  const own = place.at === "node" ? `node ${place.node}` : "cluster";
  const closed = doors.filter((door) => ![own, "cluster"].some((id) => letsIn(id, door, planning)));
  if (closed.length === 0 || hasManagementSet(planning))
    return { risk: "hot", because: "what no rule lets in is dropped from then on; rules let 8006 and 22 in" };
  return {
    risk: "network",
    because: `no rule lets ${closed.map(({ port }) => port).join(" and ")} in and there is no set "management": only the nodes' own network still reaches them, which Proxmox lets in by itself, and who is anywhere else is shut out`,
  };
};
