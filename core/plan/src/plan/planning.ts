import type { Lab } from "@orrery/model";
import { type ClusterState, type Instant, valueIn } from "@orrery/state";
import type { Change } from "../compare/comparison.ts";
import { compared } from "../compare/lab-comparison.ts";
import { type DeclaredObject, type ObjectRef, type ObservedObject, refName } from "../compare/object.ts";
import { kinds } from "../kinds/index.ts";
import type { Planning } from "../kinds/kind.ts";
import { changedBy } from "./culprit.ts";
import { ordered, type Strand, sorted } from "./graph.ts";
import { hinderedBy } from "./hindrance.ts";
import { windowsOf } from "./maintenance.ts";
import type { Action, Base, BaseObject, Drift, Plan, Stuck } from "./plan.ts";

const keyed = <T extends ObjectRef>(objects: readonly T[]): Map<string, T> =>
  new Map(objects.map((object) => [refName(object), object]));

const refOf = ({ kind, id }: ObjectRef): ObjectRef => ({ kind, id });

const subjectOf = (change: Change): DeclaredObject | ObservedObject =>
  change.kind === "surplus" ? change.observed : change.declared;

const named = ({ name }: { readonly name?: string }): { name?: string } => (name === undefined ? {} : { name });

const changedIn = (change: Change): readonly string[] | "all of it" => {
  switch (change.kind) {
    case "missing":
      return "all of it";
    case "surplus":
      return Object.keys(change.observed.properties);
    case "changed":
      return change.properties.map(({ property }) => property);
  }
};

const driftOf = (change: Change, state: ClusterState): Drift => {
  const subject = subjectOf(change);
  const by = changedBy(subject, changedIn(change), state);
  return {
    object: refOf(subject),
    ...named(subject),
    kind: change.kind,
    properties: change.kind === "changed" ? change.properties : [],
    ...(change.kind === "surplus" ? {} : { path: change.declared.path }),
    ...(by === undefined ? {} : { by }),
  };
};

const strandOf = (change: Change, planning: Planning): Strand => {
  const subject = subjectOf(change);
  const object = refOf(subject);
  const steps = kinds[object.kind].steps(change, planning);
  const actions = steps.map(
    (step, index): Action => ({
      ...step,
      id: `${refName(object)}/${index + 1}-${step.verb}`,
      object,
      ...named(subject),
      after: [],
    }),
  );
  return { object, isRemoved: change.kind === "surplus", needs: subject.needs, actions };
};

/** What cannot be brought about, and why. */
const stuckOf = (changes: readonly Change[], strands: readonly Strand[], planning: Planning): Stuck[] =>
  changes.flatMap((change, index): Stuck[] => {
    const strand = strands[index];
    if (strand === undefined) return [];
    const { object, actions } = strand;
    const whys = kinds[object.kind].stuck?.(change, planning) ?? [];
    if (whys.length > 0) return whys.map((why) => ({ object, why }));
    return actions.length === 0 ? [{ object, why: "nothing that the API offers brings it about" }] : [];
  });

const baseOf = (
  state: ClusterState,
  touched: readonly ObjectRef[],
  of: Pick<Planning, "declared" | "observed">,
): Base => {
  const refs = new Map(touched.map((ref) => [refName(ref), refOf(ref)]));
  const objects = [...refs.values()]
    .filter((ref) => of.declared(ref) !== undefined || of.observed(ref) !== undefined)
    .map((object): BaseObject => {
      const seen = of.observed(object);
      const { name, node } = seen ?? of.declared(object) ?? {};
      return {
        object,
        ...(name === undefined ? {} : { name }),
        ...(node === undefined ? {} : { node }),
        properties: seen?.properties ?? null,
      };
    });
  const membership = valueIn(state.membership);
  const cluster = membership?.cluster?.name ?? membership?.members[0]?.name;
  return { observedAt: state.at, ...(cluster === undefined ? {} : { cluster }), objects };
};

/** The actions in their order; those that wait for themselves, and all that waits for them, are left out. */
const inOrder = (strands: readonly Strand[]): { readonly actions: readonly Action[]; readonly circle: Stuck[] } => {
  const all = ordered(strands);
  const order = sorted(all);
  if (order.kind === "order") return { actions: order.actions, circle: [] };
  const ids = new Set(order.ids);
  const rest = sorted(all.filter(({ id }) => !ids.has(id)));
  const circle = strands
    .filter((strand) => strand.actions.some(({ id }) => ids.has(id)))
    .map(({ object }) => ({ object, why: "it waits for something that waits for it" }));
  return { actions: rest.kind === "order" ? rest.actions : [], circle };
};

/**
 * What turns the cluster into the declaration.
 *
 * @param state as observed, in scope `everything`; what is unknown in it is left undecided
 * @param made epoch milliseconds
 */
export const planFor = (lab: Lab, state: ClusterState, made: Instant): Plan => {
  const { declaring, declared, seen, comparison } = compared(lab, state);
  const [byDeclared, byObserved] = [keyed(declared), keyed(seen.objects)];
  const planning: Planning = {
    ...declaring,
    declared: (ref) => byDeclared.get(refName(ref)),
    observed: (ref) => byObserved.get(refName(ref)),
  };
  const hindered = hinderedBy(comparison.changes, comparison.undecided);
  const changes = comparison.changes.filter((change) => !hindered.has(refName(subjectOf(change))));
  const strands = changes.map((change) => strandOf(change, planning));
  const { actions, circle } = inOrder(strands);
  const touched = strands.flatMap(({ object, needs }) => [object, ...needs]);
  return {
    kind: "plan",
    format: 1,
    cluster: lab.cluster.name,
    contract: state.contract,
    made,
    base: baseOf(state, touched, planning),
    drift: comparison.changes.map((change) => driftOf(change, state)),
    actions,
    unmanaged: comparison.unmanaged.map(refOf),
    undecided: comparison.undecided,
    stuck: [...hindered.values(), ...stuckOf(changes, strands, planning), ...circle],
    mark: declaring.mark,
    windows: windowsOf(lab, made),
  };
};
