import { type BackupPolicy, type Guest, inventoryOf, known, type Lab, occurrences, refText } from "@orrery/model";
import { coverageOf, type PolicyRun, policyRuns } from "@orrery/protection";
import { keptValue, type Monitored, type Row } from "@orrery/state";
import { type Copy, type SeenCopies, seenCopies } from "./copies.ts";

const dayMs = 86_400_000;

/** A day by the wall clock of a zone, epoch milliseconds. */
type Day = { readonly from: number; readonly to: number };

/** What a day is for a guest, the worst of it first. */
export const dayStates = [
  /** A run of a policy has no copy, and by its retention it should have. */
  "missed",
  /** A copy failed its verification. */
  "broken",
  /** A run was due, and what is on its storage is not known. */
  "unknown",
  "awaited",
  "made",
  /** Runs whose copies are kept no longer. */
  "past",
  /** Nothing was due, and nothing was made. */
  "none",
] as const;
type DayState = (typeof dayStates)[number];

type Held = Copy & { readonly policy?: string };

export type Cell = {
  readonly state: DayState;
  readonly copies?: readonly Held[];
  /** Ids of policies. */
  readonly missed?: readonly string[];
  readonly awaited?: readonly string[];
};

export type GuestFreshness = {
  readonly vmid: number;
  readonly name?: string;
  readonly node: string;
  readonly kind: "qemu" | "lxc";
  readonly declared: boolean;
  readonly policies: readonly string[];
  /** Whether the cluster itself says that no backup job covers it; left out where that is not known. */
  readonly withoutJob?: boolean;
  /** The newest copy that did not fail its verification. */
  readonly newest?: Copy;
  /** Whether every storage with backups could be read: else an older copy may not be the newest, nor none be none. */
  readonly sure: boolean;
  /** The least that may be lost of it, by the scenarios of the declaration. Seconds. */
  readonly objective?: { readonly seconds: number; readonly scenario: string };
  readonly days: readonly Cell[];
};

export type Freshness = {
  readonly at: number;
  readonly zone: string;
  readonly days: readonly Day[];
  readonly copies: SeenCopies;
  readonly guests: readonly Row[];
  readonly freshnessOf: (guest: Row) => GuestFreshness;
};

const nothing: Cell = { state: "none" };

/** The last days up to now, each from midnight to midnight. */
const daysOf = (zone: string, count: number, now: number): readonly Day[] => {
  const starts = occurrences({ every: "day", at: "00:00", zone }, now - (count + 2) * dayMs, now + 2 * dayMs);
  return starts
    .flatMap((from, index): Day[] => {
      const to = starts[index + 1];
      return to === undefined || from > now ? [] : [{ from, to }];
    })
    .slice(-count);
};

const stateOf = (runs: readonly PolicyRun<Copy>[], copies: readonly Copy[]): DayState => {
  const has = (kind: PolicyRun<Copy>["outcome"]["kind"]): boolean => runs.some(({ outcome }) => outcome.kind === kind);
  if (has("missed")) return "missed";
  if (copies.some(({ verified }) => verified === "failed")) return "broken";
  if (has("unknown")) return "unknown";
  if (has("awaited")) return "awaited";
  if (copies.length > 0) return "made";
  return has("past") ? "past" : "none";
};

const cellOf = (runs: readonly PolicyRun<Copy>[], copies: readonly Held[]): Cell => {
  if (runs.length === 0 && copies.length === 0) return nothing;
  const ids = (kind: "missed" | "awaited"): readonly string[] =>
    runs.filter(({ outcome }) => outcome.kind === kind).map(({ policy }) => policy.id);
  const [missed, awaited] = [ids("missed"), ids("awaited")];
  return {
    state: stateOf(runs, copies),
    ...(copies.length === 0 ? {} : { copies }),
    ...(missed.length === 0 ? {} : { missed }),
    ...(awaited.length === 0 ? {} : { awaited }),
  };
};

const objectiveOf = ({ recovery }: Lab, guest: Guest): Pick<GuestFreshness, "objective"> => {
  const about = recovery.scenarios.filter(
    ({ fails }) => fails.kind !== "guest" || fails.guest === "any" || refText(fails.guest) === guest.name,
  );
  const [least] = about.toSorted((one, other) => one.rpo - other.rpo);
  return least === undefined ? {} : { objective: { seconds: least.rpo, scenario: least.title } };
};

const indexOfDay = (days: readonly Day[], at: number): number =>
  days.findIndex(({ from, to }) => from <= at && at < to);

/** What each guest's backups were on each day, against the policies that a declaration has for it. */
export const freshnessOf = (seen: Monitored, lab: Lab | undefined, count: number, now: number): Freshness => {
  const zone = lab?.backup.policies[0]?.schedule.zone ?? "UTC";
  const days = daysOf(zone, count, now);
  const from = days[0]?.from ?? now;
  const copies = seenCopies(seen);
  const sure = copies.stores.length > 0 && copies.stores.every((store) => store.known);
  const uncovered = keptValue(seen.cluster.uncovered);
  const withoutJob = uncovered === undefined ? undefined : new Set(uncovered.map(({ vmid }) => Number(vmid)));
  const coverage = lab === undefined ? undefined : coverageOf(inventoryOf(lab));
  const declared = new Map<string | number, Guest>();
  for (const guest of lab?.guests.items ?? []) declared.set(known(guest.id) ?? guest.name, guest);
  // Guests that the same policies cover have the same runs.
  const runs = new Map<string, ReturnType<typeof policyRuns>>();
  const runsOf = (policies: readonly BackupPolicy[]): ReturnType<typeof policyRuns> => {
    const key = policies.map(({ id }) => id).join("\n");
    const found = runs.get(key) ?? policyRuns(policies, from, now);
    runs.set(key, found);
    return found;
  };
  return {
    at: seen.at,
    zone,
    days,
    copies,
    guests: (keptValue(seen.cluster.resources) ?? []).filter(
      (row) => (row.type === "qemu" || row.type === "lxc") && row.template !== 1 && Number.isInteger(Number(row.vmid)),
    ),
    freshnessOf: (row) => {
      const vmid = Number(row.vmid);
      const name = typeof row.name === "string" ? row.name : undefined;
      const guest = declared.get(vmid) ?? (name === undefined ? undefined : declared.get(name));
      const policies = guest === undefined ? [] : (coverage?.policiesOf.get(guest) ?? []);
      const own = copies.of.get(vmid) ?? [];
      const ran = runsOf(policies)(own, copies.isKnown);
      const madeBy = new Map(
        ran.flatMap(({ policy, outcome }) => (outcome.kind === "made" ? [[outcome.copy, policy.id] as const] : [])),
      );
      const byDay = days.map(() => ({ runs: [] as PolicyRun<Copy>[], copies: [] as Held[] }));
      for (const run of ran) byDay[indexOfDay(days, run.from)]?.runs.push(run);
      for (const copy of own) {
        const policy = madeBy.get(copy);
        byDay[indexOfDay(days, copy.at)]?.copies.push({ ...copy, ...(policy === undefined ? {} : { policy }) });
      }
      const newest = own
        .filter(({ verified }) => verified !== "failed")
        .reduce<Copy | undefined>(
          (found, copy) => (found === undefined || copy.at > found.at ? copy : found),
          undefined,
        );
      return {
        vmid,
        ...(name === undefined ? {} : { name }),
        node: typeof row.node === "string" ? row.node : "",
        kind: row.type === "lxc" ? "lxc" : "qemu",
        declared: guest !== undefined,
        policies: policies.map(({ id }) => id),
        ...(withoutJob === undefined ? {} : { withoutJob: withoutJob.has(vmid) }),
        ...(newest === undefined ? {} : { newest }),
        sure,
        ...(lab === undefined || guest === undefined ? {} : objectiveOf(lab, guest)),
        days: byDay.map((day) => cellOf(day.runs, day.copies)),
      };
    },
  };
};
