import type { Lab } from "@orrery/model";
import { type ClusterState, type GuestKind, valueIn } from "@orrery/state";
import { markOf, observedObjects } from "../compare/lab-comparison.ts";
import { type ObservedObject, refName } from "../compare/object.ts";
import { isKeptByHa } from "../kinds/guests/ha-kept.ts";
import { relocateSteps } from "../kinds/guests/relocation.ts";
import { seenByVmid } from "../kinds/guests/seen.ts";
import { reachOf } from "../kinds/guests/storage-reach.ts";
import { windowsOf } from "./maintenance.ts";
import type { Action, BaseObject, Drift, MovePurpose, Plan } from "./plan.ts";

/** One guest's way, as whoever decides about places orders it. */
export type Move = {
  readonly id: string;
  readonly vmid?: number;
  readonly guest: string;
  readonly kind: GuestKind;
  readonly from?: string;
  readonly to: string;
  readonly by: "live" | "restart" | "start";
  /** Ids of moves that have to be over before. */
  readonly after: readonly string[];
  /** Shown as it is. */
  readonly because: string;
};

export type MovesPlanned =
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "problem"; readonly why: string };

const keptAs = ({ kind, id, name, node, properties }: ObservedObject): BaseObject => ({
  object: { kind, id },
  ...(name === undefined ? {} : { name }),
  ...(node === undefined ? {} : { node }),
  properties,
});

/** The guests that move, and those that are on the nodes where they go: there is room for them beside these. */
const baseOf = (state: ClusterState, guests: readonly ObservedObject[], moves: readonly Move[]): Plan["base"] => {
  const moving = new Set(moves.map(({ vmid }) => String(vmid)));
  const targets = new Set(moves.map(({ to }) => to));
  const membership = valueIn(state.membership);
  const cluster = membership?.cluster?.name ?? membership?.members[0]?.name;
  return {
    observedAt: state.at,
    ...(cluster === undefined ? {} : { cluster }),
    objects: guests.filter(({ id, node }) => moving.has(id) || targets.has(node ?? "")).map(keptAs),
  };
};

/** Where each guest is and where it ends, in the order in which they first move. */
const driftOf = (moves: readonly Move[], names: ReadonlyMap<string, string>): Drift[] =>
  [...Map.groupBy(moves, ({ vmid }) => String(vmid))].map(([id, ways]): Drift => {
    const name = names.get(id);
    return {
      object: { kind: "guest", id },
      ...(name === undefined ? {} : { name }),
      kind: "changed",
      properties: [{ property: "node", declared: ways.at(-1)?.to, observed: ways[0]?.from }],
    };
  });

/**
 * Moves of guests as a plan, in the order that was decided: each waits for those that it is said to come after, and for
 * earlier moves of the same guest. Nothing else of the declaration is brought about.
 *
 * @param state as observed, with guests' configurations and storages
 * @param made epoch milliseconds
 */
export const planOfMoves = (
  lab: Lab,
  state: ClusterState,
  made: number,
  purpose: MovePurpose,
  moves: readonly Move[],
): MovesPlanned => {
  const mark = markOf(lab);
  const seen = observedObjects(state, mark).objects;
  const guests = seen.filter(({ kind }) => kind === "guest");
  const byName = new Map(seen.map((object) => [refName(object), object]));
  const reach = reachOf({ declared: () => undefined, observed: (ref) => byName.get(refName(ref)) });
  const names = new Map(guests.flatMap(({ id, name }) => (name === undefined ? [] : [[id, name] as const])));
  const actions: Action[] = [];
  /** The last action of each move, and of each guest. */
  const lastOf = new Map<string, string>();
  for (const move of moves) {
    const { vmid = 0, from, to, guest, after } = move;
    const standing = seenByVmid(state, vmid, mark);
    if (standing === undefined || from === undefined || move.by === "start")
      return { kind: "problem", why: `${guest} cannot be moved to ${to}: nobody can say how it is now.` };
    const object = { kind: "guest", id: String(vmid) } as const;
    const steps = relocateSteps({
      standing: { ...standing, node: from, isKeptByHa: isKeptByHa(state, standing) },
      name: standing.name,
      isRunning: standing.isRunning,
      target: to,
      because: move.because,
      ...reach,
      byRestart: move.by === "restart",
    });
    let before = [...after, refName(object)].flatMap((id) => lastOf.get(id) ?? []);
    for (const step of steps) {
      const count = actions.filter((one) => one.object.id === object.id).length + 1;
      const id = `${refName(object)}/${count}-${step.verb}`;
      actions.push({
        ...step,
        id,
        object,
        ...(standing.name === undefined ? {} : { name: standing.name }),
        after: [...new Set(before)].toSorted(),
      });
      before = [id];
      lastOf.set(move.id, id);
      lastOf.set(refName(object), id);
    }
  }
  const plan: Plan = {
    kind: "plan",
    format: 1,
    cluster: lab.cluster.name,
    contract: state.contract,
    made,
    purpose,
    base: baseOf(state, guests, moves),
    drift: driftOf(moves, names),
    actions,
    unmanaged: [],
    undecided: [],
    stuck: [],
    mark,
    windows: windowsOf(lab, made),
  };
  return { kind: "plan", plan };
};
