import { type AsWritten, type BackupPolicy, known, type Lab, type Schedule } from "@orrery/model";
import type { Assume } from "./assumption.ts";
import { dict } from "./dict.ts";
import type { World } from "./world.ts";

const short = (weekday: string): string => weekday.slice(0, 3).toLowerCase();

type MonthDay = Exclude<Extract<Schedule, { every: "month" }>["on"], { kind: "unknown"; why: string } | undefined>;

/** Days of the month that a `first Sunday` or a `15` can fall on, with its weekday. */
const monthDays = (on: MonthDay): { days: string; weekday: string } => {
  if ("day" in on) return { days: `${on.day}`, weekday: "" };
  const nth = on.nth === "last" ? undefined : on.nth;
  const days = nth === undefined ? "25..31" : `${(nth - 1) * 7 + 1}..${Math.min(31, nth * 7)}`;
  return { days, weekday: `${short(on.weekday)} ` };
};

/** A declared schedule as the calendar event that a job takes. */
const eventOf = ({ schedule, id }: Pick<BackupPolicy, "schedule" | "id">, assume: Assume): string | undefined => {
  if (schedule.every === "calendar") return schedule.event;
  if (schedule.every === "hour") return "hourly";
  const at = assume<string>(id, "hour of the schedule", schedule.at, "01:00");
  switch (schedule.every) {
    case "day":
      return at;
    case "week": {
      const on = known(schedule.on) ?? "Sunday";
      return `${(Array.isArray(on) ? on : [on]).map(short).join(",")} ${at}`;
    }
    case "month": {
      const on = known(schedule.on);
      const { days, weekday } = on === undefined ? { days: "1", weekday: "" } : monthDays(on);
      return `${weekday}*-*-${days} ${at}`;
    }
    case "quarter":
    case "half-year":
    case "year":
      return undefined;
  }
};

const periodDays: Partial<Record<Schedule["every"], [key: string, days: number]>> = {
  hour: ["hourly", 1 / 24],
  day: ["daily", 1],
  week: ["weekly", 7],
  month: ["monthly", 30.4],
};

/** What a policy keeps, as counts of periods. */
const keepOf = ({ retention, schedule }: BackupPolicy): [string, number][] => {
  if (!("for" in retention)) return Object.entries(retention).map(([key, count]) => [key, Number(count)]);
  const [key = "last", days = 1] = periodDays[schedule.every] ?? [];
  return [[key, Math.max(1, Math.ceil(retention.for / 86_400 / days - 0.05))]];
};

const namesOf = (refs: readonly (string | AsWritten)[]): string[] => refs.flatMap((ref) => known(ref) ?? []);

const coverage = (
  policy: BackupPolicy,
  lab: Lab,
  numbers: Map<string, number>,
): [string, string | number][] | undefined => {
  const { covers } = policy;
  const ids = (names: string[]): string => names.flatMap((name) => numbers.get(name) ?? []).join(",");
  if (covers === "configuration") return undefined;
  if (covers === "all guests") return [["all", 1]];
  if ("guests" in covers) return [["vmid", ids(namesOf(covers.guests))]];
  if ("categories" in covers)
    return [
      [
        "vmid",
        ids(lab.guests.items.filter(({ category }) => covers.categories.includes(category)).map(({ name }) => name)),
      ],
    ];
  return [
    ["all", 1],
    ["exclude", ids(namesOf(covers.allExcept))],
  ];
};

/** When the backups on a storage are verified, by the first policy that says so. */
const verifyOf = (lab: Lab, storage: string, assume: Assume): string => {
  for (const policy of lab.backup.policies) {
    const schedule = known(policy.target) === storage ? known(policy.verified) : undefined;
    if (schedule) return eventOf({ id: `${policy.id} (verification)`, schedule }, assume) ?? "";
  }
  return "";
};

/** The backup policies as jobs. Several that go to one storage keep together what each of them keeps. */
export const addLabJobs = (
  world: World,
  lab: Lab,
  { numbers, assume }: { numbers: Map<string, number>; assume: Assume },
): void => {
  const keeps = new Map<string, Map<string, number>>();
  for (const policy of lab.backup.policies) {
    const storage = world.storages[known(policy.target) ?? ""];
    const covered = coverage(policy, lab, numbers);
    const event = eventOf(policy, assume);
    if (!storage || !covered || event === undefined) continue;
    const keep = keeps.get(storage.id) ?? new Map<string, number>();
    for (const [key, count] of keepOf(policy)) keep.set(key, Math.max(count, keep.get(key) ?? 0));
    keeps.set(storage.id, keep);
    const entries: [string, string | number][] = [
      ["schedule", event],
      ["storage", storage.id],
      ["mode", "snapshot"],
      ["enabled", 1],
      ["comment", policy.title],
      ...covered,
    ];
    if (storage.type !== "pbs") entries.push(["compress", "zstd"]);
    world.jobs.backup[policy.id] = { type: "vzdump", id: policy.id, options: dict(entries) };
    for (const node of Object.values(world.nodes)) node.timezone = policy.schedule.zone;
  }
  for (const [id, keep] of keeps) {
    const storage = world.storages[id];
    const datastore = storage?.type === "pbs" ? world.mounts[id] : undefined;
    if (datastore !== undefined) {
      const gc = assume(id, "schedule of the garbage collection", undefined, "05:30");
      world.jobs.datastores[datastore] = { gc, verify: verifyOf(lab, id, assume) };
    }
    if (storage) storage.options["prune-backups"] = [...keep].map(([key, count]) => `keep-${key}=${count}`).join(",");
  }
};
