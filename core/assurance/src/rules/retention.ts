import { type BackupPolicy, formatBytes, isUnknown, type Path, type Retention, refText } from "@orrery/model";
import { bytesOf, type Copy, distinct, elapsed, type RetentionYear, retentionYear } from "@orrery/protection";
import type { Draft, Objective } from "../finding.ts";
import { protection } from "../protection.ts";
import type { Context, Rule } from "../rule.ts";
import { count } from "../words.ts";

type Kept = { readonly copy: Copy; readonly path: Path; readonly year: RetentionYear };

const counts = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** Retentions are spoken of in days. */
const inDays = (seconds: number): string => (seconds % 86_400 === 0 ? `${seconds / 86_400} d` : elapsed(seconds));

const keeps = (retention: Retention): string =>
  "for" in retention
    ? inDays(retention.for)
    : counts.flatMap((name) => (retention[name] === undefined ? [] : [`${name} ${retention[name]}`])).join(", ") ||
      "all";

/** Where the retention of a copy is declared: an offsite copy without one of its own has its policy's. */
const retentionPath = ({ path, policy, retention, kind }: Copy): Path =>
  kind === "offsite" && retention !== policy.retention ? [...path, "retention"] : [...path.slice(0, 3), "retention"];

/** Each retention simulated for a year, day by day. */
const kept = (context: Context): readonly Kept[] => {
  const years = new Map<string, RetentionYear>();
  return context.once(protection).copies.map((copy) => {
    const key = JSON.stringify([copy.policy.schedule, copy.retention]);
    let year = years.get(key);
    if (year === undefined) {
      year = retentionYear(copy.policy.schedule, copy.retention, context.at);
      years.set(key, year);
    }
    return { copy, path: retentionPath(copy), year };
  });
};

/** From the start of a run until its copy is there, upload included: a run is over before the next of its policy begins. */
const delayOf = ({ copy, year }: Kept): { readonly least: number; readonly most: number } => {
  const [run, ...uploads] = copy.stream.delay.map(({ span }) => span);
  const least = uploads.reduce((sum, span) => sum + span.least, run?.least ?? 0);
  const most = uploads.reduce(
    (sum, span) => sum + (span.most ?? Number.POSITIVE_INFINITY),
    run?.most ?? year.longest.most,
  );
  return { least, most };
};

/** Whether some copy is always there. */
const always = (one: Kept): "met" | "missed" | "unproven" => {
  const { copy, year } = one;
  if (!("for" in copy.retention)) return "met";
  const seconds = copy.retention.for;
  const { least, most } = delayOf(one);
  if (seconds < year.longest.least + least) return "missed";
  return seconds >= year.longest.most + most ? "met" : "unproven";
};

const titleOf = (copy: Copy): string =>
  `${copy.policy.title}: ${keeps(copy.retention)} kept${copy.kind === "offsite" ? ` on ${copy.to}` : ""}`;

/** An offsite copy that keeps what its policy keeps is told with it. */
const own = ({ copy }: Kept): boolean => copy.kind === "target" || copy.retention !== copy.policy.retention;

const gap: Rule = {
  id: "retention/gap",
  chapter: "backup",
  severity: "error",
  title: "No policy prunes its last copy before the next is there",
  why: "A retention shorter than the schedule leaves days with nothing to restore from, and no job ever fails.",
  how: "The policy is gone through run by run for a year, a copy being removed as soon as it is older than its retention; the days without a copy are counted. The longest interval is taken over nine years. Where the hour of a run or its run time is unknown, the worst that they may be decides between proven and unproven. Retention by counts always keeps the newest copy.",
  remedy: "Keep copies at least for two intervals of the schedule.",
  *check(context): Generator<Draft> {
    for (const one of context.once(kept).filter(own)) {
      const { copy, path, year } = one;
      const verdict = always(one);
      if (verdict === "met") continue;
      const unknowns = distinct([
        ...(year.missing === undefined ? [] : [year.missing]),
        ...copy.stream.delay.flatMap(({ span }) => span.missing),
      ]);
      const empty = year.empty > 0 ? `; on ${year.empty} of ${count(year.days, "day")} no copy is there` : "";
      const parts = copy.stream.delay.flatMap(({ label, span }) =>
        span.most === span.least ? [` + ${elapsed(span.least)} ${label}`] : [],
      );
      const sum = `${elapsed(year.longest.least)} between runs${parts.join("")}`;
      yield {
        subject: copy.policy.id,
        path,
        claim: titleOf(copy),
        why:
          verdict === "missed"
            ? `${keeps(copy.retention)} kept < ${sum}${empty}.`
            : `${sum} is not shown to stay within ${keeps(copy.retention)}: ${unknowns.join("; ")}.`,
        remedy: `Keep copies for ${elapsed(2 * year.longest.most)} or more.`,
        verdict: verdict === "missed" ? "violated" : "unproven",
      };
    }
  },
};

const day = 86_400;
/** The longest that two runs may be apart for each period to have a copy of its own, an hour for the clock change included. */
const periods = [
  { name: "hourly", noun: "hour", seconds: 3_600 },
  { name: "daily", noun: "day", seconds: day + 3_600 },
  { name: "weekly", noun: "week", seconds: 7 * day + 3_600 },
  { name: "monthly", noun: "month", seconds: 35 * day + 3_600 },
  { name: "yearly", noun: "year", seconds: 371 * day },
] as const;

const promise: Rule = {
  id: "retention/promise",
  chapter: "backup",
  severity: "warning",
  title: "What is kept per hour, day, week, month or year is made as often",
  why: "`daily 7` on a weekly schedule keeps seven copies, a week apart: the seven days that it promises are not there.",
  how: "Proxmox counts only periods that have a copy. For each kept count, the longest interval of the schedule is compared with the length of the period.",
  remedy: "Run the policy as often as it is kept, or keep it by the period that it runs in.",
  *check(context): Generator<Draft> {
    for (const { copy, path, year } of context.once(kept).filter(own)) {
      const { retention } = copy;
      if ("for" in retention) continue;
      for (const { name, noun, seconds } of periods) {
        const number = retention[name];
        if (number === undefined || year.longest.least <= seconds) continue;
        yield {
          subject: copy.policy.id,
          path: [...path, name],
          claim: titleOf(copy),
          why: `${name} ${number} promises a copy of each ${noun}, and ${copy.policy.id} runs up to ${elapsed(year.longest.least)} apart: the ${number} copies are of ${number} runs, not of ${count(number, noun)}.`,
          remedy: `Run ${copy.policy.id} every ${noun}, or keep it by a longer period.`,
        };
      }
    }
  },
};

const sameCoverage = (context: Context, a: BackupPolicy, b: BackupPolicy): boolean => {
  const { coverage } = context.once(protection);
  const other = new Set(coverage.guestsOf.get(b));
  return (coverage.guestsOf.get(a) ?? []).some((guest) => other.has(guest));
};

const sharedGroup: Rule = {
  id: "retention/shared-group",
  chapter: "backup",
  severity: "warning",
  title: "Policies that keep copies of a guest differently do not share its backup group",
  why: "A datastore of Proxmox Backup Server has one group of copies for each guest in a namespace, whichever job made them. Pruning counts the whole group, so the shortest retention removes what the others promise.",
  how: "Policies to one datastore that cover the same guest and keep its copies differently are told together. The declaration does not say namespaces, so it stays unproven that each policy has its own.",
  remedy: "Make one policy with `daily`, `weekly` and `monthly` counts, or give each its own datastore.",
  *check(context): Generator<Draft> {
    const { policies } = context.lab.backup;
    const told = new Set<number>();
    for (const [index, policy] of policies.entries()) {
      if (told.has(index) || context.inventory.storageOf(policy.target)?.kind !== "pbs") continue;
      const others = policies.flatMap((other, at) =>
        at > index &&
        refText(other.target) === refText(policy.target) &&
        keeps(other.retention) !== keeps(policy.retention) &&
        sameCoverage(context, policy, other)
          ? [at]
          : [],
      );
      if (others.length === 0) continue;
      for (const at of others) told.add(at);
      const all = [policy, ...others.flatMap((at) => policies[at] ?? [])];
      yield {
        subject: refText(policy.target),
        path: ["backup", "policies", index, "retention"],
        claim: all.map((one) => `${one.id}: ${keeps(one.retention)} kept`).join("; "),
        why: `${all.map(({ id }) => id).join(", ")} put copies of the same guests into ${refText(policy.target)}, which prunes a guest's copies as one group: whether each policy has a namespace of its own is declared nowhere.`,
        remedy: "Make one policy with daily, weekly and monthly counts, or give each policy its own datastore.",
        verdict: "unproven",
      };
    }
  },
};

const datastoreSize: Rule = {
  id: "retention/datastore-size",
  chapter: "backup",
  severity: "warning",
  title: "A datastore holds what the policies keep in it",
  why: "A full datastore fails every backup after it, and garbage collection as well.",
  how: "All copies that are ever there at once, each as large as its guests, are the most that is stored: within the capacity it is proven. Above, it depends on the blocks that change and on compression, which nothing declares: it stays unproven, a warning where one full copy of the guests alone, uncompressed, is larger than the datastore, else a note.",
  remedy: "Declare the datastore's capacity and the guests' used space; enlarge it, or keep less.",
  *check(context): Generator<Draft> {
    const { coverage } = context.once(protection);
    const stores = new Map<string, Kept[]>();
    for (const one of context.once(kept)) {
      const same = stores.get(one.copy.to);
      if (same === undefined) stores.set(one.copy.to, [one]);
      else same.push(one);
    }
    for (const [name, all] of stores) {
      const [first] = all;
      if (first?.copy.storage?.capacity === undefined || first.copy.storage.kind === "s3") continue;
      const { capacity } = first.copy.storage;
      const sizes = all.map(({ copy, year }) => ({ bytes: bytesOf(coverage.guestsOf.get(copy.policy) ?? []), year }));
      const most = sizes.reduce((sum, { bytes, year }) => sum + bytes.most * year.most, 0);
      if (most === 0) continue;
      const full = Math.max(...sizes.map(({ bytes }) => bytes.least));
      const missing = distinct(sizes.flatMap(({ bytes }) => bytes.missing));
      const subject = { subject: name, path: ["storage", "items", name, "capacity"] satisfies Path };
      const held = `${all.map(({ copy }) => copy.policy.id).join(", ")} fit into ${name}`;
      if (isUnknown(capacity)) {
        const copies = sizes.reduce((sum, { year }) => sum + year.most, 0);
        yield {
          ...subject,
          claim: held,
          why: `Whether ${count(copies, "copy", "copies")} fit is unknown: ${distinct([capacity.why, ...missing]).join("; ")}.`,
          remedy: "Declare the datastore's capacity, and the guests' used space.",
          verdict: "unproven",
          severity: "note",
        };
        continue;
      }
      if (most <= capacity) continue;
      const over = full > capacity;
      yield {
        ...subject,
        claim: `${held}: ${formatBytes(capacity)}`,
        why: over
          ? `One full copy of the guests takes ${formatBytes(full)} before compression > ${formatBytes(capacity)}; unknown: how far it compresses.`
          : `Between ${formatBytes(full)} (one full copy) and ${formatBytes(most)} (all copies full) against ${formatBytes(capacity)}: unknown: ${distinct([...missing, "how much changes between two runs"]).join("; ")}.`,
        remedy: over
          ? "Enlarge the datastore, or cover fewer guests by it."
          : "Enlarge the datastore, or keep fewer copies.",
        verdict: "unproven",
        severity: over ? "warning" : "note",
      };
    }
  },
};

/** Each retention: whether a copy is there on each day of the year, and how many. */
export const retentionObjectives = (context: Context): readonly Objective[] =>
  context
    .once(kept)
    .filter(own)
    .map((one): Objective => {
      const { copy, path, year } = one;
      const number = year.fewest === year.most ? `${year.most}` : `${year.fewest} to ${year.most}`;
      const verdict = always(one);
      return {
        id: `${copy.policy.id}/${copy.kind === "target" ? "retention" : `retention/${copy.to}`}`,
        chapter: "backup",
        path,
        title: titleOf(copy),
        verdict,
        figure: number === "1" ? "1 copy" : `${number} copies`,
        why: `${number} on each of ${year.days} days, the oldest never younger than ${elapsed(year.reach)}${year.empty > 0 ? `; none on ${year.empty} days` : ""}${year.missing === undefined ? "" : `; unknown: ${year.missing}`}`,
      };
    });

export const retentionRules: readonly Rule[] = [gap, promise, sharedGroup, datastoreSize];
