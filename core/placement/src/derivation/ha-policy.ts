import { type ClusterState, type Entry, valueIn, whyUnknown } from "@orrery/state";
import { prioritiesOf, rulesInForce, sidsOf } from "./ha-rules.ts";
import type { Bond, Names, Pin, Policy } from "./policy.ts";
import { isOn } from "./property.ts";

/** Nodes by priority, as a rule of 9 or a group of 8.4 has them. */
interface Affinity {
  readonly named: string;
  readonly priorities: ReadonlyMap<string, number>;
  readonly strict: boolean;
  readonly failback: boolean;
}

export interface HaScene {
  /** Nodes that HA would send guests to. */
  readonly open: ReadonlySet<string>;
  /** Nodes of the cluster. */
  readonly members: readonly string[];
  readonly names: Names;
  readonly assume: (what: string) => void;
}

const vmidOf = (sid: string): number => Number(/^(?:vm|ct):(\d+)$/.exec(sid)?.[1] ?? Number.NaN);

/**
 * What HA holds guests to, read as what any move has to keep: HA would undo what breaks it. Of the nodes that a rule
 * names, those in service count, the ones of highest priority alone where the guest fails back; to a rule that is not
 * strict all others are of lower priority. Mirrors get_node_affinity in pve-ha-manager's Rules/NodeAffinity.pm and
 * select_service_node in its Manager.pm.
 */
export const haPolicyOf = (state: ClusterState, scene: HaScene): Policy => {
  const resources = valueIn(state.haResources);
  if (resources === undefined) {
    scene.assume(`HA is taken to manage no guest: its resources are unknown (${whyUnknown(state.haResources) ?? ""}).`);
    return { bonds: [], pins: [], ignored: new Set() };
  }
  const managed = resources.filter(({ options }) => options.state !== "ignored");
  if (state.haRules.kind === "unreachable")
    scene.assume(`HA is taken to have no rules: they are unknown (${state.haRules.why}).`);
  const { rules, dropped } = rulesInForce(valueIn(state.haRules) ?? [], scene.members.length);
  for (const [rule, why] of dropped) scene.assume(`The HA rule ${rule} is taken not to be in force: ${why}.`);
  const pins = managed.flatMap((resource): Pin[] => {
    const guest = scene.names.byVmid(vmidOf(resource.id));
    const affinity = affinityOf(state, resource, rules);
    return guest === undefined || affinity === undefined ? [] : pinOf(guest, affinity, scene);
  });
  const known = new Set(managed.map(({ id }) => id));
  const bonds = rules
    .filter(({ type }) => type === "resource-affinity")
    .flatMap((rule): Bond[] => {
      const guests = sidsOf(rule).flatMap((sid) => (known.has(sid) ? (scene.names.byVmid(vmidOf(sid)) ?? []) : []));
      return [{ kind: rule.options.affinity === "positive" ? "together" : "apart", guests, strict: true }];
    });
  return { bonds, pins, ignored: new Set() };
};

const pinOf = (guest: string, { named, priorities, strict, failback }: Affinity, { open, members }: HaScene): Pin[] => {
  // A rule that is not strict has all other nodes too, below its own.
  const priorityOf = (node: string): number | undefined => priorities.get(node) ?? (strict ? undefined : -1);
  const allowed = members.filter((node) => open.has(node) && priorityOf(node) !== undefined);
  const highest = Math.max(...allowed.map((node) => priorityOf(node) ?? 0));
  const best = allowed.filter((node) => priorityOf(node) === highest);
  const kept = failback ? best : allowed;
  const pin = (nodes: readonly string[], isStrict: boolean): Pin => ({
    guest,
    nodes,
    strict: isStrict,
    why:
      nodes.length === 0
        ? `is kept by ${named} to nodes of which none is in service`
        : `is kept by ${named} to ${nodes.join(", ")}`,
  });
  const everywhere = kept.length === [...open].length;
  return [
    ...(everywhere && kept.length > 0 ? [] : [pin(kept, true)]),
    ...(best.length < kept.length ? [pin(best, false)] : []),
  ];
};

const affinityOf = (state: ClusterState, { id, options }: Entry, rules: readonly Entry[]): Affinity | undefined => {
  const group = valueIn(state.haGroups)?.find((one) => one.id === options.group);
  if (group !== undefined)
    return {
      named: `the HA group ${group.id}`,
      priorities: prioritiesOf(group.options.nodes),
      strict: isOn(group.options.restricted ?? 0),
      failback: !isOn(group.options.nofailback ?? 0),
    };
  const rule = rules.find((one) => one.type === "node-affinity" && sidsOf(one).includes(id));
  return (
    rule && {
      named: `the HA rule ${rule.id}`,
      priorities: prioritiesOf(rule.options.nodes),
      strict: isOn(rule.options.strict ?? 0),
      failback: isOn(options.failback ?? 1),
    }
  );
};
