import { type BackupPolicy, type Guest, type Instant, type Inventory, refText, type Scenario } from "@orrery/model";
import { bytesOf, type Copy, copiesOf } from "./copies.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { deviceLost, type Footing, footingsOf, takenBy } from "./fate.ts";
import { distinct, type Figure, type Span, worseOf } from "./figure.ts";
import { type Loss, lossesOf, survives } from "./loss.ts";
import { type CopyStream, worstAge } from "./recovery-point.ts";
import { type Restoring, recoveryTime } from "./restore.ts";
import { referencePeriod } from "./runs.ts";
import { retrievalOf } from "./storage-class.ts";

/** Everything that is worked out once for a lab: who is covered, which copies are made, and where they live. */
export type Protection = {
  readonly inventory: Inventory;
  readonly coverage: Coverage;
  readonly copies: readonly Copy[];
  readonly footings: readonly Footing[];
};

/** @param at the moment whose year the schedules are looked at from */
export const protectionOf = (inventory: Inventory, at: Instant): Protection => {
  const period = referencePeriod(
    inventory.lab.backup.policies.map(({ schedule }) => schedule),
    at,
  );
  return {
    inventory,
    coverage: coverageOf(inventory),
    copies: copiesOf(inventory, period),
    footings: footingsOf(inventory),
  };
};

/** Guests that lose their data alike, and the newest that is left of it. */
export type PointGroup = {
  readonly guests: readonly Guest[];
  /** The failures that do it. */
  readonly losses: readonly Loss[];
  /** The copies that survive it; `unsure` where nobody says all that they stand on. */
  readonly copies: readonly { readonly copy: Copy; readonly unsure: boolean }[];
  /** Copies of these guests that go with them. */
  readonly lost: readonly Copy[];
  readonly point: Figure;
};

/** A copy to restore from. */
type Source = PointGroup["copies"][number];

export type Unrecoverable = { readonly guest: Guest; readonly loss: Loss; readonly why: string };

export type LossTime = {
  readonly loss: Loss;
  readonly time: Figure;
  /** From an archive, of the slowest of what is restored. */
  readonly retrieval: { readonly span: Span; readonly from: Copy } | undefined;
  /** Guests that come back from a copy, and the most bytes that they are. */
  readonly restored: number;
  readonly bytes: number;
  /** Guests whose disks are still there. */
  readonly restarted: number;
};

export type ScenarioRecovery = {
  readonly scenario: Scenario;
  readonly groups: readonly PointGroup[];
  /** The worst of the groups'; undefined where the scenario takes no data. */
  readonly point: Figure | undefined;
  /** For each failure that the scenario may mean and that takes a guest down. */
  readonly times: readonly LossTime[];
  readonly time: Figure | undefined;
  readonly unrecoverable: readonly Unrecoverable[];
};

/** A replica on a node that is left is as old as its interval, and as the run that has not ended yet. */
const replicaOf = (
  guest: Guest,
  loss: Loss,
  { inventory }: Protection,
): Extract<Figure, { kind: "at least" }> | undefined => {
  let best: Extract<Figure, { kind: "at least" }> | undefined;
  for (const { to, every } of guest.replication) {
    const node = inventory.nodeOf(to);
    if (loss.site || node === undefined || loss.failed.has(`node ${node}`) || loss.nodes.length === 0) continue;
    if (best !== undefined && best.seconds <= every) continue;
    best = {
      kind: "at least",
      seconds: every,
      strictly: true,
      // A replication job does not start again before it has ended.
      atMost: 2 * every,
      missing: [`how long a replication to ${node} takes is not declared`],
      arithmetic: `replica on ${node}: every ${every / 60} min + the replication itself (unknown)`,
    };
  }
  return best;
};

const waitFor = (copy: Copy): number => (copy.storage === undefined ? 0 : retrievalOf(copy.storage).least);

/** Restored from the copy that can be read soonest; of those alike, from one that surely survives, at a policy's target. */
const bestSource = (copies: PointGroup["copies"]): Source | undefined => {
  const cost = ({ copy, unsure }: Source): readonly number[] => [
    waitFor(copy),
    Number(unsure),
    Number(copy.kind !== "target"),
  ];
  const before = (a: Source, b: Source): boolean => {
    const [first, second] = [cost(a), cost(b)];
    const at = first.findIndex((part, index) => part !== second[index]);
    return at >= 0 && (first[at] ?? 0) < (second[at] ?? 0);
  };
  return copies.reduce<Source | undefined>((a, b) => (a === undefined || before(b, a) ? b : a), undefined);
};

/** A time that rests on copies that may have gone with the failure is a lower bound only. */
const unlessGone = (time: Figure, doubts: readonly string[]): Figure => {
  if (doubts.length === 0 || (time.kind !== "known" && time.kind !== "at least")) return time;
  return {
    kind: "at least",
    seconds: time.seconds,
    strictly: time.kind === "at least" && time.strictly,
    missing: distinct([...(time.kind === "at least" ? time.missing : []), ...doubts]),
    arithmetic: time.arithmetic,
  };
};

/** What one loss takes from guests, and which copies are left to those whose data is gone. */
export type LossCost = {
  readonly lost: readonly { readonly guest: Guest; readonly left: readonly Copy[] }[];
  readonly down: readonly Guest[];
};

export const costOf = ({ inventory, coverage, copies, footings }: Protection, loss: Loss): LossCost => {
  const leftTo = leftBy(copies, loss);
  const { lost, down } = takenBy(inventory, footings, loss);
  const left = (guest: Guest): readonly Copy[] =>
    leftTo(coverage.policiesOf.get(guest) ?? []).copies.map(({ copy }) => copy);
  return { lost: lost.map((guest) => ({ guest, left: left(guest) })), down };
};

/** What a loss leaves to the guests of the same policies. */
type Left = Pick<PointGroup, "copies" | "lost"> & { readonly key: string; readonly source: Source | undefined };

const leftBy = (copies: readonly Copy[], loss: Loss): ((policies: readonly BackupPolicy[]) => Left) => {
  const states = copies.map((copy) => ({ copy, state: survives(copy.home, loss) }));
  const known = new Map<readonly BackupPolicy[], Left>();
  return (policies) => {
    let left = known.get(policies);
    if (left === undefined) {
      const own = states.filter(({ copy }) => policies.includes(copy.policy));
      const remaining = own.flatMap(({ copy, state }) =>
        state === "no" ? [] : [{ copy, unsure: state === "unknown" }],
      );
      left = {
        copies: remaining,
        lost: own.flatMap(({ copy, state }) => (state === "no" ? [copy] : [])),
        key: own.map(({ copy, state }) => `${copy.stream.name}=${state}`).join(","),
        source: bestSource(remaining),
      };
      known.set(policies, left);
    }
    return left;
  };
};

type Gathered = { guests: Set<Guest>; losses: Set<Loss> } & Omit<PointGroup, "guests" | "losses">;

const worst = (figures: readonly Figure[]): Figure | undefined =>
  figures.reduce<Figure | undefined>((a, b) => (a === undefined ? b : worseOf(a, b)), undefined);

/** The name that a scenario is about, where nothing of that name is declared. */
const undeclared = ({ guestOf, nodeOf }: Inventory, { fails }: Scenario): string | undefined => {
  if (fails.kind === "guest" && fails.guest !== "any" && guestOf(fails.guest) === undefined)
    return `no guest ${refText(fails.guest)} is declared`;
  if (fails.kind === "node" && fails.node !== "any" && nodeOf(fails.node) === undefined)
    return `no node ${refText(fails.node)} is declared`;
  return undefined;
};

/** What a scenario costs: data for each group of guests, time for each failure that it may mean. */
export const recoveryOf = (protection: Protection, scenario: Scenario): ScenarioRecovery => {
  const why = undeclared(protection.inventory, scenario);
  const none: Figure | undefined = why === undefined ? undefined : { kind: "unknown", missing: [why] };
  if (none !== undefined) return { scenario, groups: [], point: none, times: [], time: none, unrecoverable: [] };
  return recoveryFrom(
    protection,
    scenario,
    lossesOf(
      protection.inventory,
      scenario.fails,
      protection.copies.map(({ home }) => home),
    ),
  );
};

/** The same for given losses, recovered as the scenario is. */
export const recoveryFrom = (protection: Protection, scenario: Scenario, losses: readonly Loss[]): ScenarioRecovery => {
  const { inventory, coverage, copies, footings } = protection;
  const groups = new Map<string, Gathered>();
  const unrecoverable: Unrecoverable[] = [];
  const times: LossTime[] = [];
  for (const loss of losses) {
    const leftTo = leftBy(copies, loss);
    const { lost, down } = takenBy(inventory, footings, loss);
    const restoring: Restoring[] = [];
    const doubts = new Set<string>();
    for (const guest of down) {
      const device = deviceLost(guest, loss, inventory);
      if (device === undefined) restoring.push({ guest });
      else unrecoverable.push({ guest, loss, why: device });
    }
    for (const guest of lost) {
      const policies = coverage.policiesOf.get(guest) ?? [];
      const left = leftTo(policies);
      const replica = replicaOf(guest, loss, protection);
      const key = `${left.key};${replica?.seconds ?? ""}`;
      let group = groups.get(key);
      if (group === undefined) {
        const point = pointOf(left.copies, replica, policies.length > 0);
        group = { guests: new Set(), losses: new Set(), copies: left.copies, lost: left.lost, point };
        groups.set(key, group);
      }
      group.guests.add(guest);
      group.losses.add(loss);
      const device = deviceLost(guest, loss, inventory);
      if (device !== undefined) unrecoverable.push({ guest, loss, why: device });
      else if (replica !== undefined) restoring.push({ guest });
      else if (left.source !== undefined) {
        restoring.push({ guest, from: left.source.copy });
        if (left.source.unsure) for (const why of left.source.copy.home.unknown) doubts.add(why);
      } else
        unrecoverable.push({ guest, loss, why: policies.length === 0 ? "no policy covers it" : "no copy survives" });
    }
    if (restoring.length === 0) continue;
    const restored = restoring.flatMap(({ guest, from }) => (from === undefined ? [] : [guest]));
    times.push({
      loss,
      time: unlessGone(recoveryTime(inventory, scenario, loss, restoring), [...doubts]),
      retrieval: slowestRetrieval(restoring),
      restored: restored.length,
      bytes: bytesOf(restored).most,
      restarted: restoring.length - restored.length,
    });
  }
  const found = [...groups.values()].map(
    (group): PointGroup => ({ ...group, guests: [...group.guests], losses: [...group.losses] }),
  );
  return {
    scenario,
    groups: found,
    point: worst(found.map(({ point }) => point)),
    times,
    time: worst(times.map(({ time }) => time)),
    unrecoverable,
  };
};

const slowestRetrieval = (restoring: readonly Restoring[]): LossTime["retrieval"] => {
  let slowest: LossTime["retrieval"];
  for (const from of new Set(restoring.map((one) => one.from))) {
    if (from?.storage === undefined) continue;
    const span = retrievalOf(from.storage);
    if (span.most !== 0 && (slowest === undefined || span.least > slowest.span.least)) slowest = { span, from };
  }
  return slowest;
};

/** The newest that is left: copies that surely survive bound it from above, those that may from below. */
const pointOf = (left: PointGroup["copies"], replica: Figure | undefined, covered: boolean): Figure => {
  const streams = (only: (one: PointGroup["copies"][number]) => boolean): CopyStream[] =>
    left.filter(only).map(({ copy }) => copy.stream);
  const backups = covered ? worstAge(streams(() => true)) : { kind: "none" as const, why: "no policy covers it" };
  const unsure = left.filter((one) => one.unsure);
  const point = unsure.length === 0 ? backups : weakened(backups, worstAge(streams((one) => !one.unsure)), unsure);
  if (replica === undefined) return point;
  return worseOf(point, replica) === point ? replica : point;
};

const weakened = (all: Figure, sure: Figure, unsure: PointGroup["copies"]): Figure => {
  if (all.kind !== "known" && all.kind !== "at least") return all;
  const atMost = sure.kind === "known" ? sure.seconds : sure.kind === "at least" ? sure.atMost : undefined;
  const doubts = [...new Set(unsure.flatMap(({ copy }) => copy.home.unknown))];
  return {
    kind: "at least",
    seconds: all.seconds,
    strictly: all.kind === "at least" && all.strictly,
    ...(atMost === undefined ? {} : { atMost }),
    missing: [...(all.kind === "at least" ? all.missing : []), ...doubts],
    arithmetic: all.arithmetic,
  };
};
