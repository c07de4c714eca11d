import type { Scope } from "@orrery/collect";
import astronomy from "@orrery/example-astronomy-lab";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import {
  type Action,
  markOf,
  type ObjectKind,
  observedObjects,
  type Plan,
  type Properties,
  planFor,
  refName,
  unmet,
} from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { type OverTwin, observeTwin } from "../observe/observed-twin.ts";
import type { Look } from "./carry-out.ts";

/** A declaration as it is parsed; throws what is wrong with it. */
export const labOf = (raw: unknown): Lab => {
  const result = parseLab(raw);
  if (result.kind === "lab") return result.lab;
  throw new Error(result.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
};

export const examples: readonly Lab[] = [labOf(astronomy), labOf(tidy)];

/** The tidy lab with some of its chapters said otherwise. */
export const labWith = (chapters: object, all?: readonly ObjectKind[]): Lab =>
  labOf({
    ...tidy,
    ...chapters,
    cluster: {
      ...tidy.cluster,
      ...("cluster" in chapters ? Object(chapters.cluster) : {}),
      ...(all === undefined ? {} : { ownership: { all } }),
    },
  });

/** What a plan says of some kinds of object. */
export const planOf = (lab: Lab, state: ClusterState, kinds: readonly ObjectKind[]): Plan => {
  const plan = planFor(lab, state, state.at);
  const isMeant = ({ object }: { readonly object: { readonly kind: ObjectKind } }): boolean =>
    kinds.includes(object.kind);
  return {
    ...plan,
    drift: plan.drift.filter(isMeant),
    actions: plan.actions.filter(isMeant),
    undecided: plan.undecided.filter(isMeant),
    stuck: plan.stuck.filter(isMeant),
    unmanaged: plan.unmanaged.filter(({ kind }) => kinds.includes(kind)),
  };
};

const nothing: Scope = { cluster: [], nodes: [], guestFiles: false, guestFirewalls: "none" };

/** A twin's cluster, of which only some is read: looking again and again stays quick. */
export const stateOf = async (twin: OverTwin, scope: Partial<Scope>): Promise<ClusterState> =>
  (await observeTwin(twin, { scope: { ...nothing, ...scope } })).state;

/** Equal texts for equal properties, in whatever order they stand. */
const sameKeys = (properties: Properties): string =>
  JSON.stringify(Object.entries(properties).toSorted(([one], [other]) => (one < other ? -1 : 1)));

/** The objects of some kinds that two looks at a cluster tell apart. */
export const changedBetween = (
  lab: Lab,
  before: ClusterState,
  after: ClusterState,
  kinds: readonly ObjectKind[],
): string[] => {
  const [one, other] = [before, after].map(
    (state) =>
      new Map(
        observedObjects(state, markOf(lab))
          .objects.filter(({ kind }) => kinds.includes(kind))
          .map((object) => [refName(object), sameKeys(object.properties)]),
      ),
  );
  const names = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])]);
  return [...names].filter((name) => one?.get(name) !== other?.get(name)).toSorted();
};

/** Looks whether what is done came out as it says, and what is next finds what it starts from. */
export const stepsHold =
  (twin: OverTwin, lab: Lab, scope: Partial<Scope>): Look =>
  async (done, next) => {
    const { objects } = observedObjects(await stateOf(twin, scope), markOf(lab));
    const found = ({ object }: Action) => objects.find((one) => refName(one) === refName(object));
    const broken = [
      ...(done === undefined ? [] : unmet(done.expects, found(done)).map((why) => `after ${done.id}: ${why}`)),
      ...(next === undefined ? [] : unmet(next.from, found(next)).map((why) => `before ${next.id}: ${why}`)),
    ];
    if (broken.length > 0) throw new Error(broken.join("\n"));
  };
