import { observe, type Port, type Scope } from "@orrery/collect";
import { type Abort, type Clock, sha1 } from "@orrery/contract";
import { type Action, type Plan, type Principal, type Risk, sorted } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { runAction } from "./action-run.ts";
import type { ApplyEvent, Happening } from "./event.ts";
import { Gates, type Limits } from "./gate.ts";
import { type Journal, type Past, pastOf, recordsOf } from "./journal.ts";
import { isGood, type Outcome, type Tally, tallyOf } from "./outcome.ts";
import { Quorum } from "./quorum.ts";
import { baseProblems, membershipProblems, type Permission, problemsOf, type Refusal, withinRisk } from "./refusal.ts";
import type { Patience, Run } from "./run.ts";
import { type SecretKeeper, type SecretReader, Secrets } from "./secret.ts";
import { Stop } from "./stop.ts";
import type { AnyPve } from "./task.ts";
import { View } from "./view.ts";

export type ApplyOptions = {
  readonly plan: Plan;
  readonly pve: AnyPve;
  readonly clock: Clock;
  readonly journal: Journal;
  /** As whom we act: what the client's credentials are. */
  readonly principal: Principal;
  /** As tasks name who began them, `root@pam!ci`, so that no other's task is taken for ours. */
  readonly user?: string;
  /** The cluster as it was observed; what the plan touches is read again all the same. */
  readonly state?: ClusterState;
  /** Default 10 overall, 4 for each node. */
  readonly limits?: Partial<Limits>;
  /** What may be lost: `guest 101`, `disk 101/scsi1`. */
  readonly consents?: readonly string[];
  /** `now`: what is riskier than `hot` outside of the declared windows too. Default `declared`. */
  readonly window?: "declared" | "now";
  /** What is riskier is left undone. */
  readonly atMost?: Risk;
  /** Goes on where an earlier run of this plan was cut off. */
  readonly resume?: boolean;
  /** Reads secrets by their places; without it there are none. */
  readonly secrets?: SecretReader;
  /** Keeps what the cluster reveals only once, such as the secret of a new token; without it such a plan is refused. */
  readonly keepSecret?: SecretKeeper;
  /** Aborted, nothing new is begun, and what runs is followed to its end. */
  readonly signal?: Abort;
  readonly tell?: (event: ApplyEvent) => void;
  /** Asks a node over a new connection: why it does not answer; undefined where it does. */
  readonly reach?: (node: string) => Promise<string | undefined>;
  readonly patience?: Partial<Patience>;
};

export type Applied =
  | { readonly kind: "refused"; readonly problems: readonly Refusal[] }
  | {
      readonly kind: "applied";
      /** By the id of the action, in the order of the plan. */
      readonly outcomes: Readonly<Record<string, Outcome>>;
      readonly tally: Tally;
      /** Why it ended before its time. */
      readonly stopped?: string;
      /** The cluster with all that was read on the way. */
      readonly state: ClusterState;
      /** Reads of the cluster, beside the calls of the plan and the following of their tasks. */
      readonly lookups: number;
    };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a plan is known by: equal for equal plans, in whichever order their files have the keys. */
export const planId = (plan: Plan): string =>
  sha1(
    JSON.stringify(plan, (_, value: unknown) =>
      isRecord(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : value,
    ),
  ).slice(0, 16);

const nothing: Scope = { cluster: [], nodes: [], guestFiles: false, guestFirewalls: "none" };

const pastOfPlan = async (journal: Journal, id: string, resume: boolean): Promise<Past | Refusal> => {
  const past = pastOf(recordsOf(await journal.read()));
  const isUnfinished = past.plan === id && !past.finished;
  if (resume && !isUnfinished)
    return {
      kind: "nothing to resume",
      why: "No run of this plan was cut off.",
      next: "Without --resume it is applied from the start.",
    };
  if (!resume && isUnfinished)
    return {
      kind: "unfinished",
      why: "A run of this plan was cut off before its end.",
      next: "--resume goes on where it was.",
    };
  return resume ? past : pastOf([]);
};

const isRefusal = (one: Past | Refusal): one is Refusal => "why" in one;

const defaultReach =
  (pve: Port) =>
  async (node: string): Promise<string | undefined> => {
    try {
      await pve.request("GET", "/nodes/{node}/version", { node }, { withinMs: 5000 });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

const leftBecause = (before: Action, outcome: Outcome): Outcome => ({
  kind: "left",
  why:
    outcome.kind === "left"
      ? `it comes after "${before.title}", which was left`
      : `it comes after "${before.title}", which was not done`,
  of: before.id,
});

/** Does the actions, each after those that it waits for, as many at a time as there is room for. */
const walk = async (run: Run, gates: Gates, allowed: ReadonlySet<string>): Promise<Record<string, Outcome>> => {
  const order = sorted(run.plan.actions);
  // The reader of plans refuses circles, and the planner makes none.
  if (order.kind === "circle") throw new Error(`actions wait for each other: ${order.ids.join(", ")}`);
  const byId = new Map(order.actions.map((action) => [action.id, action]));
  const ends = new Map<string, Promise<Outcome>>();

  const hindered = async ({ after }: Action): Promise<Outcome | undefined> => {
    for (const id of after) {
      const [before, end] = [byId.get(id), ends.get(id)];
      if (before === undefined || end === undefined) continue;
      const outcome = await end;
      if (!isGood(outcome)) return leftBecause(before, outcome);
    }
    return undefined;
  };

  const concluded = async ({ id }: Action, outcome: Outcome): Promise<Outcome> => {
    if (run.past.actions.get(id)?.outcome === undefined) await run.record({ kind: "outcome", action: id, outcome });
    run.tell({ kind: "ended", action: id, outcome });
    return outcome;
  };

  const carriedOut = async (action: Action): Promise<Outcome> => {
    const known = run.past.actions.get(action.id)?.outcome;
    if (known !== undefined) return concluded(action, known);
    const hindrance = await hindered(action);
    if (hindrance !== undefined) return concluded(action, hindrance);
    if (!allowed.has(action.id))
      return concluded(action, { kind: "left", why: `its risk is ${action.risk}, which was not allowed` });
    return gates.within(action.node, async () => {
      if (run.stop.why !== undefined) return concluded(action, { kind: "left", why: run.stop.why });
      run.tell({ kind: "started", action: action.id });
      return concluded(action, await runAction(run, action));
    });
  };

  for (const action of order.actions) ends.set(action.id, carriedOut(action));
  // All come to their end even where one rejects: nothing goes on behind the back of who called.
  const settled = await Promise.allSettled(ends.values());
  const broken = settled.find((one) => one.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  return Object.fromEntries(await Promise.all([...ends].map(async ([id, end]) => [id, await end] as const)));
};

/**
 * Does what a plan says, and nothing else: refuses it whole where its base has moved or something is missing, then walks
 * its actions. Rejects with a `PveError` where the cluster cannot be reached at all, and where the journal cannot be
 * written: what is not recorded is not done.
 */
export const applyPlan = async (options: ApplyOptions): Promise<Applied> => {
  const { plan, pve, clock, journal, tell = () => undefined, resume = false, atMost } = options;
  const id = planId(plan);
  const secrets = new Secrets(options.secrets ?? (() => Promise.resolve(undefined)));
  const anyTime = options.window === "now";
  const past = await pastOfPlan(journal, id, resume);
  if (isRefusal(past)) return { kind: "refused", problems: [past] };
  const permission: Permission = {
    principal: options.principal,
    consents: options.consents ?? [],
    atMost,
    anyTime,
    keepsSecrets: options.keepSecret !== undefined,
  };
  const problems = await problemsOf(plan, permission, secrets, clock.now());
  if (problems.length > 0) return { kind: "refused", problems };

  const first = await observe(pve, clock, { scope: nothing });
  const membership = first.state.membership;
  const refused = membership.kind === "observed" ? membershipProblems(plan, membership.value) : [];
  if (refused.length > 0) return { kind: "refused", problems: refused };
  const state = options.state ?? first.state;
  const view = new View(state, pve, clock, plan.mark);
  // What an earlier run did itself has not moved: every action looks at its own object before it begins.
  const moved = resume ? [] : await baseProblems(plan, view);
  if (moved.length > 0) return { kind: "refused", problems: moved };

  const say = (happening: Happening): void => tell({ at: clock.now(), ...happening });
  const stop = new Stop((why) => say({ kind: "stopping", why }), options.signal);
  const quorum = new Quorum(pve, clock);
  const run: Run = {
    plan,
    pve,
    clock,
    view,
    quorum,
    secrets,
    stop,
    past,
    anyTime,
    patience: { callMs: 60_000, seeMs: 30_000, ...options.patience },
    user: options.user,
    tasks: new Set(past.upids),
    tell: say,
    record: (record) => journal.append({ ...record, at: clock.now() }),
    keepSecret: options.keepSecret ?? (() => Promise.resolve()),
    reach: options.reach ?? defaultReach(pve),
  };
  await run.record(
    resume ? { kind: "resumed", plan: id } : { kind: "began", plan: id, cluster: plan.base.cluster ?? plan.cluster },
  );
  say({ kind: "began", plan: id, actions: plan.actions.length, resumed: resume });
  const allowed = new Set(withinRisk(plan, atMost).map((action) => action.id));
  const outcomes = await walk(run, new Gates({ overall: 10, perNode: 4, ...options.limits }), allowed);
  const stopped = stop.why === undefined ? {} : { stopped: stop.why };
  const tally = tallyOf(Object.values(outcomes));
  // A run that was stopped can be gone on with.
  if (stop.why === undefined) await run.record({ kind: "finished" });
  say({ kind: "finished", tally, ...stopped });
  return {
    kind: "applied",
    outcomes,
    tally,
    ...stopped,
    state: view.state,
    lookups: first.requests + view.requests + quorum.requests,
  };
};
