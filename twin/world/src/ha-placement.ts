import type { Section } from "./config.ts";
import type { World } from "./world.ts";

/** A node-affinity rule, or a group of 8.4, as far as it says where a service may run. */
type Affinity = { priorities: Map<string, number>; strict: boolean };

const isOff = (rule: Section): boolean => `${rule.options.disable ?? 0}` === "1";
const listed = (text: string | number | undefined): string[] => `${text ?? ""}`.split(/[,;\s]+/).filter(Boolean);

/** `node1:2,node2` as nodes and priorities; 0 where none is given. */
const prioritiesOf = (text: string | number | undefined): Map<string, number> =>
  new Map(
    listed(text).map((entry) => {
      const [node = "", priority = "0"] = entry.split(":");
      return [node, Number(priority)];
    }),
  );

const affinityOf = (world: World, sid: string): Affinity | undefined => {
  const group = world.ha.groups[`${world.ha.resources[sid]?.options.group ?? ""}`];
  if (world.release === "8.4") {
    return (
      group && { priorities: prioritiesOf(group.options.nodes), strict: `${group.options.restricted ?? 0}` === "1" }
    );
  }
  const rule = Object.values(world.ha.rules).find(
    (one) => one.type === "node-affinity" && !isOff(one) && listed(one.options.resources).includes(sid),
  );
  return rule && { priorities: prioritiesOf(rule.options.nodes), strict: `${rule.options.strict ?? 0}` === "1" };
};

/** Services that are to be on the same node (positive) or on other nodes (negative). */
const companions = (world: World, sid: string, affinity: "positive" | "negative"): string[] => [
  ...new Set(
    Object.values(world.ha.rules)
      .filter(
        (rule) =>
          rule.type === "resource-affinity" &&
          !isOff(rule) &&
          rule.options.affinity === affinity &&
          listed(rule.options.resources).includes(sid),
      )
      .flatMap((rule) => listed(rule.options.resources))
      .filter((other) => other !== sid),
  ),
];

/** Whether a service goes back to a better node by itself. */
const failsBack = (world: World, sid: string): boolean => {
  const options = world.ha.resources[sid]?.options;
  if (world.release === "8.4") return `${world.ha.groups[`${options?.group ?? ""}`]?.options.nofailback ?? 0}` !== "1";
  return `${options?.failback ?? 1}` !== "0";
};

/** Nodes where services are or are on their way to, by service. */
const placeOf = (world: World, sid: string): string | undefined => {
  const service = world.ha.services[sid];
  if (!service || service.state === "stopped" || service.state === "recovery") return undefined;
  return service.target ?? service.node;
};

/** Services that each node has, those on their way counted where they go. */
const usage = (world: World): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const sid in world.ha.services) {
    const node = placeOf(world, sid);
    if (node !== undefined) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
};

/** Nodes that a service may use now, best first; the rules of affinity have taken out the others. */
const allowedNodes = (
  world: World,
  sid: string,
  without: ReadonlySet<string>,
): { node: string; priority: number }[] => {
  const online = Object.keys(world.ha.nodes).filter((node) => world.ha.nodes[node] === "online" && !without.has(node));
  const affinity = affinityOf(world, sid);
  const ranked = online.map((node) => ({ node, priority: affinity?.priorities.get(node) ?? -1 }));
  const inside = affinity ? ranked.filter(({ node }) => affinity.priorities.has(node)) : ranked;
  const base = affinity && inside.length === 0 && !affinity.strict ? ranked : inside;
  const avoid = new Set(companions(world, sid, "negative").map((other) => placeOf(world, other)));
  return base
    .filter(({ node }) => !avoid.has(node))
    .sort((one, other) => other.priority - one.priority || (one.node < other.node ? -1 : 1));
};

export type Choice = {
  /** Nodes that must not be chosen: those where it could not start. */
  without?: ReadonlySet<string>;
  /** It is to leave the node where it is. */
  leave?: boolean;
};

/** The node that a service should be on, or undefined where none will do; mirrors `select_service_node` of PVE::HA::Manager. */
export const chooseNode = (
  world: World,
  sid: string,
  current: string,
  { without = new Set(), leave = false }: Choice = {},
): string | undefined => {
  const allowed = allowedNodes(world, sid, without);
  const best = allowed[0];
  if (!best) return undefined;
  const friends = companions(world, sid, "positive").flatMap((other) => placeOf(world, other) ?? []);
  const top = allowed.filter(({ priority }) => priority === best.priority);
  if (friends.length > 0) {
    const counts = usage(world);
    const together = [...new Set(friends)]
      .filter((node) => allowed.some((one) => one.node === node))
      .sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0) || (one < other ? -1 : 1));
    if (together[0] !== undefined) return together.includes(current) && !leave ? current : together[0];
  }
  const home = world.ha.services[sid]?.maintenanceNode;
  if (home !== undefined && !leave && top.some(({ node }) => node === home)) return home;
  const here = allowed.find(({ node }) => node === current);
  if (here && !leave && (here.priority === best.priority || !failsBack(world, sid))) return current;
  const counts = usage(world);
  const others = leave ? top.filter(({ node }) => node !== current) : top;
  return others.toSorted(
    (one, other) => (counts.get(one.node) ?? 0) - (counts.get(other.node) ?? 0) || (one.node < other.node ? -1 : 1),
  )[0]?.node;
};
