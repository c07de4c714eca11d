import type { Node } from "@orrery/model";
import { type ClusterState, valueIn } from "@orrery/state";
import type { Change } from "../../compare/comparison.ts";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../../compare/object.ts";
import { type Value, valueText } from "../../compare/value.ts";
import type { Condition, Step } from "../../plan/step.ts";
import type { Declaring, Kind, Planning } from "../kind.ts";
import { type DeclaredInterface, declaredInterfaces } from "./declared-interfaces.ts";
import { asProperties, type Interface, type Interfaces, interfacesSeen } from "./interface.ts";
import { applied, forgotten, staged } from "./staging.ts";

/** How long a node may be out of reach after its network was changed. Seconds. */
const rollbackAfter = 90;

const waiting = "changes wait to be applied";

/** Interfaces that nobody declares and that are the declaration's all the same. NICs are there or not. */
const ownedOnes = ({ inventory }: Declaring, seen: Interfaces, declared: (name: string) => boolean): string[] => {
  const ownsAll = inventory.lab.cluster.ownership.all.includes("node network");
  return Object.entries(seen).flatMap(([name, { type, marked }]) =>
    !declared(name) && type !== "eth" && (marked || ownsAll) ? [name] : [],
  );
};

const leftAlone = "declared nowhere, and left alone";

/** What a node has once: an address on one interface, and one gateway. */
const onlyOnce: Readonly<Record<string, (value: Value) => string>> = {
  cidr: valueText,
  cidr6: valueText,
  gateway: () => "",
  gateway6: () => "",
};

/** Whether what one interface has is declared of another, so that it goes from here. */
const isElsewhere = (
  declared: Readonly<Record<string, DeclaredInterface>>,
  name: string,
  key: string,
  value: Value,
): boolean => {
  const once = onlyOnce[key];
  return (
    once !== undefined &&
    Object.entries(declared).some(([other, { options }]) => {
      const theirs = options[key];
      return other !== name && theirs !== undefined && once(theirs) === once(value);
    })
  );
};

/** Why what was observed and is not declared is no difference: somebody else's interface, or an option that nobody said. */
const openOnes = (
  declaring: Declaring,
  declared: Readonly<Record<string, DeclaredInterface>>,
  seen: Interfaces,
): Record<string, string> => {
  const open: Record<string, string> = {};
  for (const [name, one] of Object.entries(declared))
    for (const [key, why] of Object.entries(one.open)) open[`${name} ${key}`] = why;
  const owned = new Set(ownedOnes(declaring, seen, (name) => name in declared));
  for (const [name, { options }] of Object.entries(seen)) {
    const one = declared[name];
    if (one === undefined && !owned.has(name)) open[name] = leftAlone;
    for (const [key, value] of Object.entries(options))
      if (
        one === undefined ||
        (!one.whole && one.options[key] === undefined && !isElsewhere(declared, name, key, value))
      )
        open[`${name} ${key}`] ??= leftAlone;
  }
  return open;
};

const declaredNetwork = (declaring: Declaring, name: string, node: Node): DeclaredObject => {
  const { interfaces, wrong } = declaredInterfaces(declaring, node);
  const place = `cluster.nodes.${name}`;
  return {
    kind: "node network",
    id: name,
    properties: asProperties(interfaces),
    open: openOnes(declaring, interfaces, interfacesSeen(declaring.state, declaring.mark, name) ?? {}),
    ...(wrong.length === 0 ? {} : { refused: wrong.map((why) => `${place}.${why}`).join("; ") }),
    path: ["cluster", "nodes", name],
    needs: [],
    node: name,
  };
};

const observedNetwork = (state: ClusterState, node: string, interfaces: Interfaces): ObservedObject => {
  const network = state.nodes[node]?.network;
  return {
    kind: "node network",
    id: node,
    properties: {
      ...asProperties(interfaces),
      ...(valueIn(network)?.staged === undefined ? {} : { staged: waiting }),
    },
    hidden: {},
    marked: false,
    builtIn: true,
    at: network?.kind === "observed" ? network.at : state.at,
    needs: [],
    node,
  };
};

/** An interface as it is to be: as declared, and for what nobody says as it is; a new one comes up with its node. */
const merged = (
  declared: DeclaredInterface,
  seen: Interface | undefined,
  isGone: (key: string, value: Value) => boolean,
): Interface => {
  const { type, options, whole, open } = declared;
  const kept: Record<string, Value> = {};
  for (const [key, value] of Object.entries(seen?.type === type ? seen.options : {}))
    if ((!whole && !isGone(key, value)) || Object.hasOwn(open, key)) kept[key] = value;
  const isNew = seen === undefined && type !== "eth";
  return {
    type,
    options: { ...(isNew && !whole ? { autostart: "1" } : {}), ...kept, ...options },
    marked: isNew || (seen?.marked ?? false),
  };
};

const interfacesAfter = (planning: Planning, node: Node, seen: Interfaces): Interfaces => {
  const { interfaces } = declaredInterfaces(planning, node);
  const owned = new Set(ownedOnes(planning, seen, (one) => one in interfaces));
  const others = Object.entries(seen).filter(([one]) => !(one in interfaces) && !owned.has(one));
  return Object.fromEntries([
    ...others,
    ...Object.entries(interfaces).map(([one, declared]) => {
      const isGone = (key: string, value: Value): boolean => isElsewhere(interfaces, one, key, value);
      return [one, merged(declared, seen[one], isGone)] as const;
    }),
  ]);
};

const condition = (change: Extract<Change, { kind: "changed" }>, side: "declared" | "observed"): Condition => ({
  ...Object.fromEntries(change.properties.map((one) => [one.property, one[side] ?? null])),
  staged: null,
});

/** NICs that are declared and that the node has not, and what else no call brings about. */
const impossible = (change: Extract<Change, { kind: "changed" }>): string[] =>
  change.properties.flatMap(({ property, declared, observed }) => {
    if (property.includes(" ") || (declared !== "eth" && observed !== "eth") || declared === undefined) return [];
    return observed === undefined
      ? [`${change.declared.id} has no NIC ${property}; look at its cards and how they are named`]
      : [`${property} of ${change.declared.id} is ${valueText(observed)} and declared as ${valueText(declared)}`];
  });

const stuck = (change: Change, planning: Planning): readonly string[] => {
  if (change.kind === "missing") return [`${change.declared.id} is no member of the cluster`];
  if (change.kind === "surplus") return [];
  const { id } = change.declared;
  const left = valueIn(planning.state.nodes[id]?.network)?.staged;
  if (left !== undefined)
    return [
      `somebody has staged changes of ${id}'s network and not applied them; apply or revert those first:\n${left}`,
    ];
  return impossible(change);
};

const steps = (change: Change, planning: Planning): Step[] => {
  if (change.kind !== "changed" || stuck(change, planning).length > 0) return [];
  const { id } = change.declared;
  const node = planning.inventory.lab.cluster.nodes[id];
  const before = interfacesSeen(planning.state, planning.mark, id);
  if (node === undefined || before === undefined) return [];
  const after = interfacesAfter(planning, node, before);
  const calls = staged(id, planning.mark, before, after);
  const names = [...new Set(change.properties.map(({ property }) => property.split(" ")[0] ?? ""))];
  const words = change.properties.map(
    ({ property, declared, observed }) =>
      `${property} is ${valueText(observed)} and declared as ${valueText(declared)}`,
  );
  // What is made comes with more than is declared of it: that is so after, too.
  const made = asProperties(Object.fromEntries(Object.entries(after).filter(([name]) => before[name] === undefined)));
  const nodes = [...planning.inventory.nodes.keys()];
  const earlier = nodes.slice(0, nodes.indexOf(id)).map((other): ObjectRef => ({ kind: "node network", id: other }));
  return [
    {
      verb: "change",
      title: `Change the network of ${id}: ${names.join(", ")}`,
      because: words.join("; "),
      calls: [...calls, applied(id)],
      from: { kind: "present", properties: condition(change, "observed") },
      expects: { kind: "present", properties: { ...made, ...condition(change, "declared") } },
      risk: "network",
      principal: "token",
      node: id,
      // One node after another: the network of two at once may cost the quorum.
      follows: earlier,
      rollbackAfter,
      rollback: [forgotten(id), ...staged(id, planning.mark, after, before), applied(id)],
      takeBack: [forgotten(id)],
    },
  ];
};

/**
 * All interfaces of a node: they are staged one by one and come into force together, so that they are changed by one step.
 * Proxmox shows what is staged in the place of what runs; staged changes of somebody else are told and never applied.
 */
export const nodeNetwork: Kind = {
  noun: "network of a node",
  declared: (declaring) => [...declaring.inventory.nodes].map(([name, node]) => declaredNetwork(declaring, name, node)),
  observed: (state, mark) => {
    const nodes = Object.values(state.nodes);
    return {
      objects: nodes.flatMap(({ name }) => {
        const seen = interfacesSeen(state, mark, name);
        return seen === undefined ? [] : [observedNetwork(state, name, seen)];
      }),
      blind: nodes.flatMap(({ name, network }) =>
        network.kind === "observed" ? [] : [{ kind: "node network", node: name, why: network.why }],
      ),
    };
  },
  sources: ({ id }) => [{ of: "node", node: id, part: "network" }],
  steps,
  stuck,
};
