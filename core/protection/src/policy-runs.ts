import { type BackupPolicy, type Instant, known, refText } from "@orrery/model";
import { type KeepCounts, pruned } from "./prune.ts";
import { runsOf } from "./runs.ts";

/** A backup that is there: when it was begun, and on which storage. */
export type HeldCopy = { readonly at: Instant; readonly storage: string };

/** A run of a policy, as it should have been for one guest. */
export type PolicyRun<C extends HeldCopy> = {
  readonly policy: BackupPolicy;
  /** From when on it may begin: the moment itself, or the first of a stretch in which the schedule names no moment. */
  readonly from: Instant;
  /** By when its copy should be there. */
  readonly due: Instant;
  readonly outcome:
    | { readonly kind: "made"; readonly copy: C }
    /** No copy of it is there, and by its retention one should be. */
    | { readonly kind: "missed" }
    | { readonly kind: "awaited" }
    /** Its copy is kept no longer. */
    | { readonly kind: "past" }
    /** What is on the storage is not known. */
    | { readonly kind: "unknown" };
};

const hourMs = 3_600_000;
/** How long a run is taken to last where nobody has measured it. Milliseconds. */
export const assumedRunMs = 4 * hourMs;
/** A copy may be so late before it counts as missed: lists of backups are late by themselves. Milliseconds. */
export const copyGraceMs = hourMs;

type Expected = {
  readonly policy: BackupPolicy;
  readonly storage: string;
  readonly from: Instant;
  readonly due: Instant;
  /** When the policy runs next: what is begun from then on is not of this run. */
  readonly next: Instant;
  readonly isPast: boolean;
};

const isCounts = (retention: BackupPolicy["retention"]): retention is KeepCounts => !("for" in retention);

const expectedOf = (policy: BackupPolicy, from: Instant, now: Instant): Expected[] => {
  const { spans } = runsOf(policy.schedule, from, now + 1);
  const run = known(policy.runTime);
  const length = (run === undefined ? assumedRunMs : run * 1000) + copyGraceMs;
  const { retention } = policy;
  const kept = isCounts(retention)
    ? new Set(
        pruned(
          spans.map(({ start }) => start),
          retention,
          policy.schedule.zone,
        ),
      )
    : undefined;
  return spans.map(({ start, end }, index) => ({
    policy,
    storage: refText(policy.target),
    from: start,
    due: end + length,
    next: spans[index + 1]?.start ?? Number.POSITIVE_INFINITY,
    isPast: "for" in retention ? start + retention.for * 1000 <= now : kept?.has(start) === false,
  }));
};

/**
 * The runs that policies had for guests that they cover together. Which policy made a copy, no storage tells: a copy is
 * taken for the last run before it that has none yet.
 *
 * @param from runs from this moment on, until `now`
 * @returns for the copies of one guest, its runs in the order of their moments; a storage that `isKnown` denies says nothing
 */
export const policyRuns = (policies: readonly BackupPolicy[], from: Instant, now: Instant) => {
  const expected = policies
    .flatMap((policy) => expectedOf(policy, from, now))
    .toSorted((one, other) => one.from - other.from);
  return <C extends HeldCopy>(copies: readonly C[], isKnown: (storage: string) => boolean): PolicyRun<C>[] => {
    const made = new Map<Expected, C>();
    for (const copy of copies.toSorted((one, other) => one.at - other.at)) {
      const run = expected.findLast(
        (one) => one.from <= copy.at && copy.at < one.next && one.storage === copy.storage && !made.has(one),
      );
      if (run !== undefined) made.set(run, copy);
    }
    const outcomeOf = (run: Expected): PolicyRun<C>["outcome"] => {
      const copy = made.get(run);
      if (copy !== undefined) return { kind: "made", copy };
      if (!isKnown(run.storage)) return { kind: "unknown" };
      if (run.isPast) return { kind: "past" };
      return { kind: now < run.due ? "awaited" : "missed" };
    };
    return expected.map((run) => ({ policy: run.policy, from: run.from, due: run.due, outcome: outcomeOf(run) }));
  };
};

/** Why the moments of a policy's runs are not known, or only roughly; undefined where they are. */
export const whyRunsUnknown = ({ schedule }: BackupPolicy, at: Instant): string | undefined =>
  runsOf(schedule, at, at + hourMs).missing;
