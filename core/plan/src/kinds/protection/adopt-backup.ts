import {
  asWritten,
  isZone,
  type LabInput,
  parseTimeOfDay,
  parseWeekday,
  policyId,
  unknown,
  type Zone,
} from "@orrery/model";
import { type ClusterState, type Entry, valueIn } from "@orrery/state";
import { guestNamesOf } from "../../adopt/guest-names.ts";
import type { Mark } from "../../compare/mark.ts";
import { listOf, type Properties, type Value } from "../../compare/value.ts";
import { naturalOptions } from "../natural-option.ts";
import { textOf } from "../text.ts";
import { readJob } from "./backup-job.ts";
import { backupTable } from "./backup-options.ts";

type Policy = LabInput["backup"]["policies"][number];
type Schedule = Policy["schedule"];

/** The zone of all nodes; that of the first, where they differ. */
const zoneOf = ({ nodes }: ClusterState): Zone => {
  const zones = Object.values(nodes).flatMap(({ time }) => valueIn(time)?.timezone ?? []);
  return zones.find(isZone) ?? "UTC";
};

/** As a person would write it, where it is as simple as that. */
const scheduleOf = (event: string, zone: Zone): Schedule => {
  if (event === "*:00") return { every: "hour", zone };
  const [first = "", second, ...more] = event.split(" ");
  const daily = parseTimeOfDay(first);
  if (daily !== undefined && second === undefined) return { every: "day", at: daily, zone };
  const [weekday, at] = [parseWeekday(first), parseTimeOfDay(second)];
  if (weekday !== undefined && at !== undefined && more.length === 0) return { every: "week", on: weekday, at, zone };
  return { every: "calendar", event, zone };
};

const coversOf = (properties: Properties, nameOf: (vmid: string) => string | number): Policy["covers"] => {
  const [taken, left] = [listOf(properties.vmid).map(nameOf), listOf(properties.exclude).map(nameOf)];
  const pool = textOf(properties.pool);
  if (pool !== "") return { pool, ...(left.length === 0 ? {} : { except: left }) };
  if (taken.length > 0) return { guests: taken };
  return left.length === 0 ? "all guests" : { allExcept: left };
};

const periods = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** What is kept, and who sees to it: a job without a word of it leaves it to the storage. */
const retentionOf = (kept: Value | undefined): Pick<Policy, "retention" | "prunedBy"> => {
  if (typeof kept !== "object" || Array.isArray(kept) || Object.keys(kept).length === 0)
    return { retention: {}, prunedBy: "storage" };
  const counts = new Map(Object.entries(kept));
  if (counts.get("keep-all") === "1") return { retention: {} };
  return {
    retention: Object.fromEntries(
      periods.flatMap((period) => {
        const count = Number(counts.get(`keep-${period}`) ?? 0);
        return count > 0 ? [[period, count]] : [];
      }),
    ),
  };
};

const known = new Set([
  "all",
  "vmid",
  "pool",
  "exclude",
  "node",
  "enabled",
  "schedule",
  "storage",
  "comment",
  "prune-backups",
  "mode",
  "notes-template",
]);

const policyOf = (state: ClusterState, mark: Mark, job: Entry, names: ReadonlyMap<number, string>): Policy => {
  const properties = readJob(state.contract, mark, job);
  const { mode } = properties;
  const [comment, notes, node] = [properties.comment, properties["notes-template"], properties.node].map(textOf);
  const storage = textOf(properties.storage);
  const others = Object.fromEntries(Object.entries(properties).filter(([key]) => !known.has(key)));
  return {
    id: job.id,
    title: comment === undefined || comment === "" ? job.id : comment,
    covers: coversOf(properties, (vmid) => names.get(Number(vmid)) ?? Number(vmid)),
    ...(node === undefined || node === "" ? {} : { onlyOn: node }),
    schedule: scheduleOf(textOf(properties.schedule), zoneOf(state)),
    ...retentionOf(properties["prune-backups"]),
    target: (valueIn(state.storages) ?? []).some(({ id }) => id === storage) ? storage : asWritten(storage),
    runTime: unknown("the API does not tell how long a run takes"),
    encryption: unknown("whether copies are encrypted is said of the storage"),
    ...(properties.enabled === "0" ? { enabled: false } : {}),
    ...(mode === "suspend" || mode === "stop" ? { mode } : {}),
    ...(notes === undefined || notes === "" ? {} : { notes }),
    options: naturalOptions(backupTable(state.contract), others),
  };
};

/** Whether a declaration can say it: the id is one of a policy, pool and node are there. */
const isSayable = ({ pools, nodes }: ClusterState, { id, options }: Entry): boolean => {
  const [pool, node] = [textOf(options.pool), textOf(options.node)];
  if (!policyId.safeParse(id, { jitless: true }).success) return false;
  if (node !== "" && nodes[node] === undefined) return false;
  return pool === "" || (valueIn(pools) ?? []).some((one) => one.id === pool);
};

/** The backup jobs as policies. Those that a declaration cannot say stay unmanaged. */
export const adoptBackupJobs = (state: ClusterState, mark: Mark): Policy[] => {
  const names = guestNamesOf(state);
  return (valueIn(state.backupJobs) ?? [])
    .filter((job) => isSayable(state, job))
    .map((job) => policyOf(state, mark, job, names));
};
