import { type BackupPolicy, formatSeconds, type Guest, known, refText, type Seconds } from "@orrery/model";
import { coverageOf, longestBetween, referencePeriod, runsOf } from "@orrery/protection";
import type { AlertRule, Example } from "../alert-rule.ts";
import type { ExpectedGuest } from "../expected.ts";
import { aggregate, calculate, type Expression, except, now, where } from "../expression/expression.ts";
import { promSpan } from "../expression/promql.ts";
import {
  aboutBackups,
  day,
  example,
  exampleGuest,
  exampleNode,
  hour,
  infoOf,
  type Making,
  minute,
  ofGuest,
  type RuleMaker,
  recoveryFrom,
  select,
  series,
  theseGuests,
} from "./making.ts";

/** What lists of backups are late by themselves. */
const grace: Seconds = hour;
/** How long a run takes, where nobody has measured it. */
const assumedRun: Seconds = 4 * hour;

/** How old the newest copy of a policy may be while all is well, and how that was worked out. */
type Limit = {
  readonly policy: BackupPolicy;
  readonly age: Seconds;
  readonly because: string;
  readonly assumed?: string;
};

const limitOf = (policy: BackupPolicy, at: number): Limit | undefined => {
  const { start, end } = referencePeriod([policy.schedule], at);
  const between = longestBetween(runsOf(policy.schedule, start, end)).most;
  if (between === 0) return undefined;
  const stated = known(policy.runTime);
  const run = stated ?? assumedRun;
  const because = `The policy "${policy.id}" runs at the most ${formatSeconds(between)} apart`;
  return {
    policy,
    age: between + run + grace,
    because: `${because}; ${formatSeconds(run)} for a run and ${formatSeconds(grace)} of grace.`,
    ...(stated === undefined
      ? { assumed: `a run takes up to ${promSpan(assumedRun)}, since nobody has measured it.` }
      : {}),
  };
};

/** `pbs`, of a storage that each node has its own of `pve1/local`. */
const onStorage = (storage: string): `storage=~${string}` =>
  `storage=~(.+/)?${storage.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`;

const last = "pve_guest_backup_last_timestamp_seconds";

/** Guests whose newest copy on a storage should be of one policy: what a storage tells does not say which made it. */
type Waiting = { readonly limit: Limit; readonly storage: string; readonly guests: ExpectedGuest[] };

const waitingOf = ({ inventory, expected, at }: Making): readonly Waiting[] => {
  const limits = new Map(inventory.lab.backup.policies.map((policy) => [policy, limitOf(policy, at)]));
  const byGuest = new Map<Guest, ExpectedGuest>(expected.map((one) => [one.guest, one]));
  const found = new Map<string, Waiting>();
  for (const [guest, policies] of coverageOf(inventory).policiesOf) {
    const one = byGuest.get(guest);
    const tightest = new Map<string, Limit>();
    for (const policy of policies) {
      const limit = limits.get(policy);
      const storage = refText(policy.target);
      const before = tightest.get(storage);
      if (limit !== undefined && (before === undefined || limit.age < before.age)) tightest.set(storage, limit);
    }
    if (one === undefined) continue;
    for (const [storage, limit] of tightest) {
      const key = `${storage} ${limit.policy.id}`;
      const waiting = found.get(key) ?? { limit, storage, guests: [] };
      found.set(key, waiting);
      waiting.guests.push(one);
    }
  }
  return [...found.values()];
};

const spaced = (
  title: string,
  at: Seconds,
  all: (times: number) => Example["series"],
  fires: Example["fires"] = [],
): Example => {
  const step = at > 3 * day ? 6 * hour : hour;
  // Not before the moment where it must fire, not after it where it must be quiet.
  const end = (fires.length > 0 ? Math.ceil(at / step) : Math.floor(at / step)) * step;
  return { title, step, at: end, series: all(end / step + 1), fires };
};

const missed: RuleMaker = (making) => {
  const node = exampleNode(making);
  return waitingOf(making).flatMap(({ limit, storage, guests }): AlertRule[] => {
    const told = theseGuests(guests);
    if (told === undefined) return [];
    const { policy, age, because, assumed } = limit;
    const guest = exampleGuest(guests);
    const newest = aggregate("max", ["id"], select(last, onStorage(storage)));
    const shared = {
      scope: "guest",
      labels: { policy: policy.id },
      response: aboutBackups(making),
      because,
      ...(assumed === undefined ? {} : { assumed }),
    } as const;
    const backup = (id: string, at: Seconds) => (times: number) => [
      series(last, { id, storage }, [at, times]),
      infoOf({ id, name: id === guest.id ? guest.name : "nobody-declared-this" }, node, times),
    ];
    const guestAlone = (times: number) => [infoOf(guest, node, times), series("pve_up", { id: guest.id }, [1, times])];
    return [
      {
        ...shared,
        name: "BackupMissed",
        severity: "warning",
        expression: ofGuest(where(calculate(now, "-", newest), ">", age), told),
        for: 0,
        summary: `The newest backup of {name} on ${storage} is {value:span} old`,
        description: `By the policy ${policy.id} there should be one that is no older than ${promSpan(age)}.`,
        examples: [
          spaced("a run that did not happen", age + 10 * minute, backup(guest.id, 0), [{ ...guest, node }]),
          spaced("a copy that is young enough", age - minute, backup(guest.id, 0)),
          spaced("an old copy of a guest that nobody declared", age + day, backup("qemu/999999", 0)),
          spaced("an old copy of a guest that was deleted", age + day, (times) => [
            series(last, { id: guest.id, storage }, [0, 3], ["stale", 1], ["gap", times]),
            infoOf(guest, node, 3),
          ]),
        ],
      },
      {
        ...shared,
        name: "BackupNever",
        severity: "warning",
        // Only while lists of backups are told of at all: what cannot be seen is not missing.
        expression: {
          kind: "set",
          operator: "and",
          left: except(aggregate("max", ["id", "name", "node"], told), newest, ["id"]),
          right: aggregate("count", [], select(last)),
          on: [],
        },
        for: age,
        summary: `{name} has no backup on ${storage}`,
        description: `By the policy ${policy.id} it should have had one within ${promSpan(age)}.`,
        examples: [
          spaced(
            "a guest that never had one",
            age,
            (times) => [...guestAlone(times), series(last, { id: "qemu/999999", storage }, [0, times])],
            [{ ...guest, node }],
          ),
          spaced("a guest that is new", age - minute, (times) => [
            ...guestAlone(times),
            series(last, { id: "qemu/999999", storage }, [0, times]),
          ]),
          spaced("lists of backups that nobody sees", age + day, guestAlone),
        ],
      },
    ];
  });
};

/** How much of a guest may be lost, by the scenarios that are about guests; by all where none is. */
const pointObjective = ({ lab }: Making, { name }: ExpectedGuest): Seconds | undefined => {
  const ofGuests = lab.recovery.scenarios.filter(
    ({ fails }) => fails.kind === "guest" && (fails.guest === "any" || refText(fails.guest) === name),
  );
  const scenarios = ofGuests.length > 0 ? ofGuests : lab.recovery.scenarios;
  return scenarios.length === 0 ? undefined : Math.min(...scenarios.map(({ rpo }) => rpo));
};

const objectives: RuleMaker = (making) => {
  const node = exampleNode(making);
  const waiting = waitingOf(making);
  const covered = [...new Set(waiting.flatMap(({ guests }) => guests))];
  return [...Map.groupBy(covered, (guest) => pointObjective(making, guest))].flatMap(([rpo, guests]): AlertRule[] => {
    const told = theseGuests(guests);
    if (rpo === undefined || told === undefined) return [];
    const guest = exampleGuest(guests);
    const storage = waiting[0]?.storage ?? "backup";
    const oldest = Math.max(...waiting.map(({ limit }) => limit.age - grace));
    const younger = Math.min(...waiting.map(({ limit }) => limit.age - grace));
    const copy = (at: Seconds) => (times: number) => [
      series(last, { id: guest.id, storage }, [at, times]),
      infoOf(guest, node, times),
    ];
    const newest: Expression = aggregate("max", ["id"], select(last));
    return [
      {
        name: "RecoveryPointTooOld",
        severity: "critical",
        scope: "guest",
        labels: { objective: promSpan(rpo) },
        expression: ofGuest(where(calculate(now, "-", newest), ">", rpo), told),
        for: 0,
        summary: "What {name} would lose is {value:span} of work",
        description: `Its newest backup is older than the recovery point objective of ${promSpan(rpo)}.`,
        response: recoveryFrom(making, "guest"),
        because: `The strictest RPO of the scenarios that are about it is ${formatSeconds(rpo)}.${
          younger > rpo
            ? ` No policy keeps it by its schedule alone: copies grow ${formatSeconds(Math.min(younger, oldest))} old.`
            : ""
        }`,
        examples: [
          spaced("a copy that is older than the objective", rpo + 10 * minute, copy(0), [{ ...guest, node }]),
          spaced("one that is younger", rpo - minute, copy(0)),
        ],
      },
    ];
  });
};

const wholeness: RuleMaker = (making) => {
  const waiting = waitingOf(making);
  const covered = [...new Set(waiting.flatMap(({ guests }) => guests))];
  const told = theseGuests(covered);
  if (told === undefined) return [];
  const node = exampleNode(making);
  const guest = exampleGuest(covered);
  const verified = (value: number) => [
    series("pve_guest_backup_last_verified", { id: guest.id, storage: "pbs" }, [value, 90]),
    infoOf(guest, node, 90),
  ];
  const uncovered = (id: string) => [series("pve_not_backed_up_info", { id }, [1, 90]), infoOf(guest, node, 90)];
  return [
    {
      name: "BackupBroken",
      severity: "critical",
      scope: "guest",
      expression: ofGuest(where(select("pve_guest_backup_last_verified"), "==", 0), told),
      for: 0,
      summary: "The newest backup of {name} on {storage} is not whole",
      description: "A verification found what cannot be restored.",
      response: aboutBackups(making),
      because: "Nothing is declared: a copy that cannot be restored is none.",
      examples: [
        example("a copy that failed its verification", minute, verified(0), [{ ...guest, node, storage: "pbs" }]),
        example("one that passed", minute, verified(1)),
      ],
    },
    {
      name: "BackupUncovered",
      severity: "warning",
      scope: "guest",
      expression: ofGuest(where(select("pve_not_backed_up_info"), "==", 1), told),
      for: hour,
      summary: "No backup job of the cluster covers {name}",
      description: "The declaration has a policy that does.",
      response: aboutBackups(making),
      because: `${covered.length} guests are covered by a policy.`,
      examples: [
        example("a guest that no job covers", hour, uncovered(guest.id), [{ ...guest, node }]),
        example("another guest", hour, uncovered("qemu/999999")),
      ],
    },
  ];
};

/** The age of what would be restored, by policy and by objective. */
export const backupRules: RuleMaker = (making) => [...missed(making), ...objectives(making), ...wholeness(making)];
