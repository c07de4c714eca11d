import { type ClusterState, type Entry, valueIn, whyUnknown } from "@orrery/state";
import type { Bond, Names, Pin, Policy } from "./policy.ts";
import { isOn, wordsOf } from "./property.ts";

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
  /** Members of the cluster. */
  readonly members: number;
  readonly names: Names;
  readonly assume: (what: string) => void;
}

/** `node1:2,node2` as nodes and priorities; 0 where none is given. */
const prioritiesOf = (text: unknown): Map<string, number> =>
  new Map(
    wordsOf(text).map((word) => {
      const [node = "", priority = "0"] = word.split(":");
      return [node, Number(priority)];
    }),
  );

const vmidOf = (sid: string): number => Number(/^(?:vm|ct):(\d+)$/.exec(sid)?.[1] ?? Number.NaN);

/**
 * What HA holds guests to, read as what any move has to keep: HA would undo what breaks it. Of the nodes that a rule
 * names, those in service count, the ones of highest priority alone where the guest fails back; a rule that is not strict
 * lets go only where none of its nodes is in service. Mirrors select_service_node in pve-ha-manager's Manager.pm. Rules
 * that contradict others are not in force there, and are told of.
 */
export const haPolicyOf = (state: ClusterState, scene: HaScene): Policy => {
  const resources = valueIn(state.haResources);
  if (resources === undefined) {
    scene.assume(`HA is taken to manage no guest: its resources are unknown (${whyUnknown(state.haResources) ?? ""}).`);
    return { bonds: [], pins: [], ignored: new Set() };
  }
  const managed = resources.filter(({ options }) => options.state !== "ignored");
  const rules = rulesInForce(state, scene);
  const pins = managed.flatMap((resource): Pin[] => {
    const guest = scene.names.byVmid(vmidOf(resource.id));
    const affinity = affinityOf(state, resource, rules);
    return guest === undefined || affinity === undefined ? [] : pinOf(guest, affinity, scene.open);
  });
  const known = new Set(managed.map(({ id }) => id));
  const bonds = rules
    .filter(({ type }) => type === "resource-affinity")
    .flatMap(({ options }): Bond[] => {
      const guests = wordsOf(options.resources).flatMap((sid) =>
        known.has(sid) ? (scene.names.byVmid(vmidOf(sid)) ?? []) : [],
      );
      return [{ kind: options.affinity === "positive" ? "together" : "apart", guests, strict: true }];
    });
  return { bonds, pins, ignored: new Set() };
};

const pinOf = (guest: string, { named, priorities, strict, failback }: Affinity, open: ReadonlySet<string>): Pin[] => {
  const inService = [...priorities.keys()].filter((node) => open.has(node));
  if (inService.length === 0) {
    if (!strict) return [];
    return [{ guest, nodes: [], strict: true, why: `is kept by ${named} to nodes of which none is in service` }];
  }
  const highest = Math.max(...inService.map((node) => priorities.get(node) ?? 0));
  const best = inService.filter((node) => priorities.get(node) === highest);
  const why = `is kept by ${named} to ${(failback ? best : inService).join(", ")}`;
  if (failback || best.length === inService.length) return [{ guest, nodes: best, strict: true, why }];
  return [
    { guest, nodes: inService, strict: true, why },
    { guest, nodes: best, strict: false, why },
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
  const rule = rules.find((one) => one.type === "node-affinity" && wordsOf(one.options.resources).includes(id));
  return (
    rule && {
      named: `the HA rule ${rule.id}`,
      priorities: prioritiesOf(rule.options.nodes),
      strict: isOn(rule.options.strict ?? 0),
      failback: isOn(options.failback ?? 1),
    }
  );
};

/** The rules that are on and hold together. Mirrors the checks of pve-ha-manager's Rules. */
const rulesInForce = (state: ClusterState, { members, assume }: HaScene): Entry[] => {
  if (state.haRules.kind === "unreachable")
    assume(`HA is taken to have no rules: they are unknown (${state.haRules.why}).`);
  const on = (valueIn(state.haRules) ?? []).filter(({ options }) => !isOn(options.disable ?? 0));
  const sidsOf = (rule: Entry): string[] => wordsOf(rule.options.resources);
  const whyNot = (rule: Entry): string | undefined => {
    const sids = sidsOf(rule);
    const others = on.filter((other) => other !== rule && other.type === rule.type);
    if (rule.type === "node-affinity") {
      const twice = sids.find((sid) => others.some((other) => sidsOf(other).includes(sid)));
      return twice === undefined ? undefined : `${twice} is in another rule for nodes too`;
    }
    if (sids.length < 2) return "it names less than two resources";
    if (rule.options.affinity === "negative" && sids.length > members)
      return "it names more resources than there are nodes";
    const clash = others.find(
      (other) =>
        other.options.affinity !== rule.options.affinity &&
        sidsOf(other).filter((sid) => sids.includes(sid)).length > 1,
    );
    return clash === undefined ? undefined : `${clash.id} says the opposite`;
  };
  return on.filter((rule) => {
    const why = whyNot(rule);
    if (why !== undefined) assume(`The HA rule ${rule.id} is taken not to be in force: ${why}.`);
    return why === undefined;
  });
};
