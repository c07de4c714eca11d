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
import type { ClusterPart, ClusterState } from "@orrery/state";
import { type OverTwin, observeTwin } from "../observe/observed-twin.ts";
import type { Look } from "./carry-out.ts";

const parsed = (raw: unknown): Lab => {
  const result = parseLab(raw);
  if (result.kind === "lab") return result.lab;
  throw new Error(result.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
};

export const examples: readonly Lab[] = [parsed(astronomy), parsed(tidy)];

/** The tidy lab with some of its chapters said otherwise. */
export const labWith = (chapters: object, all: readonly ObjectKind[] = []): Lab =>
  parsed({
    ...tidy,
    ...chapters,
    cluster: { ...tidy.cluster, ...("cluster" in chapters ? Object(chapters.cluster) : {}), ownership: { all } },
  });

/** What is read of a cluster where only some of its parts are looked at. */
const scopeOf = (cluster: readonly ClusterPart[]): Scope => ({
  cluster,
  nodes: [],
  guestFiles: false,
  guestFirewalls: "none",
});

/** What a plan says of some kinds of object. */
export const planOf = (lab: Lab, state: ClusterState, kinds: readonly ObjectKind[]): Plan => {
  const plan = planFor(lab, state, 0);
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

export const seen = async (twin: OverTwin, cluster: readonly ClusterPart[]): Promise<ClusterState> =>
  (await observeTwin(twin, { scope: scopeOf(cluster) })).state;

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
  (twin: OverTwin, lab: Lab, cluster: readonly ClusterPart[]): Look =>
  async (done, next) => {
    const { objects } = observedObjects(await seen(twin, cluster), markOf(lab));
    const found = ({ object }: Action) => objects.find((one) => refName(one) === refName(object));
    const broken = [
      ...(done === undefined ? [] : unmet(done.expects, found(done)).map((why) => `after ${done.id}: ${why}`)),
      ...(next === undefined ? [] : unmet(next.from, found(next)).map((why) => `before ${next.id}: ${why}`)),
    ];
    if (broken.length > 0) throw new Error(broken.join("\n"));
  };
