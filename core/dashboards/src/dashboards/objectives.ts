import { linkTo, type Page } from "../dashboard.ts";
import { above, atLeast, bad, good, plain, watchOut } from "../level.ts";
import { stat, trend } from "../panel.ts";
import { byGuest, filledIn, of, orZero } from "../query.ts";
import { table } from "../table.ts";

const hour = 3600;
const guest = { label: "name", link: linkTo("orrery-guest", "guest", filledIn("__data.fields.id")) };
const newest = `max by (cluster, id) (${of("pve_guest_backup_last_timestamp_seconds")})`;

/** Right after a guest moved, its old node and its new one both tell of a job: two rows then, and no failure of the panel. */
const job = (
  metric:
    | "pve_replication_last_sync_timestamp_seconds"
    | "pve_replication_duration_seconds"
    | "pve_replication_failed_syncs",
): string =>
  `max by (cluster, id) (${of(metric)}) * on (cluster, id) group_right () max by (cluster, id, guest, source, target) (${of("pve_replication_info")})`;

/** What would be lost now, and whether that is what was promised. */
export const objectivesPage: Page = {
  uid: "orrery-objectives",
  title: "Backup and objectives",
  description:
    "What would be lost now, and whether that is what was promised. Objectives need `orrery exporter --lab`.",
  choices: ["cluster"],
  since: "now-7d",
  rows: [
    {
      title: "Now",
      panels: [
        stat({
          title: "Objectives met",
          description: "Objectives of the declaration that are met.",
          query: { expr: orZero(`count(${of("orrery_objective_state", 'state="met"')} == 1)`) },
          width: 4,
        }),
        stat({
          title: "Missed",
          description: "Objectives that are not met.",
          query: { expr: orZero(`count(${of("orrery_objective_state", 'state="missed"')} == 1)`) },
          levels: above(1),
          width: 4,
        }),
        stat({
          title: "Unproven",
          description: "Objectives of which nobody can say: something that they hang on is not known.",
          query: { expr: orZero(`count(${of("orrery_objective_state", 'state="unproven"')} == 1)`) },
          levels: [
            { from: null, colour: good },
            { from: 1, colour: watchOut },
          ],
          width: 4,
        }),
        stat({
          title: "Backups late",
          description: "Guests and policies whose next backup should have ended.",
          query: { expr: orZero(`count(${of("orrery_backup_margin_seconds")} < 0)`) },
          levels: above(1),
          width: 4,
        }),
        stat({
          title: "Without any backup",
          description: "Guests and policies that hold no backup where the policy puts them.",
          query: { expr: orZero(`count(${of("orrery_backup_held")} == 0)`) },
          levels: above(1),
          width: 4,
        }),
        stat({
          title: "Backups found broken",
          description: "Newest backups that were verified and are not whole.",
          query: { expr: orZero(`count(${of("pve_guest_backup_last_verified")} == 0)`) },
          levels: above(1),
          width: 4,
        }),
      ],
    },
    {
      title: "Objectives",
      panels: [
        table({
          title: "Objectives",
          description: "Verdict on each, by the declaration as it stands.",
          keys: [
            { label: "objective" },
            {
              label: "state",
              words: {
                met: { text: "met", colour: good },
                missed: { text: "missed", colour: bad },
                unproven: { text: "unproven", colour: watchOut },
              },
            },
          ],
          columns: [{ as: "Is", expr: `max by (objective, state) (${of("orrery_objective_state")} == 1)` }],
          none: "Nothing is declared: run `orrery exporter --lab`",
          width: 8,
          height: 10,
        }),
        table({
          title: "Age of data after a recovery (RPO)",
          description: "Margin: the objective less the worst age by the declared schedules. Below zero it is missed.",
          keys: [{ label: "scenario" }],
          columns: [
            {
              as: "Objective",
              expr: `max by (scenario) (${of("orrery_recovery_point_objective_seconds")})`,
              unit: "s",
            },
            {
              as: "Margin",
              expr: `min by (scenario) (${of("orrery_recovery_point_margin_seconds")})`,
              unit: "s",
              levels: atLeast(0),
            },
          ],
          width: 8,
          height: 10,
        }),
        table({
          title: "Time of a recovery (RTO)",
          description: "Margin: the objective less the worst time by the declared capacities. Below zero it is missed.",
          keys: [{ label: "scenario" }],
          columns: [
            {
              as: "Objective",
              expr: `max by (scenario) (${of("orrery_recovery_time_objective_seconds")})`,
              unit: "s",
            },
            {
              as: "Margin",
              expr: `min by (scenario) (${of("orrery_recovery_time_margin_seconds")})`,
              unit: "s",
              levels: atLeast(0),
            },
          ],
          width: 8,
          height: 10,
        }),
      ],
    },
    {
      title: "Backups",
      panels: [
        table({
          title: "Guests by policy",
          description: "Late in: until the next backup by that policy should have ended. Below zero it is late.",
          keys: [guest, { label: "id" }, { label: "policy" }, { label: "storage" }],
          columns: [
            {
              as: "Held",
              expr: `max by (id, name, policy, storage) (${byGuest(of("orrery_backup_held"))})`,
              words: { "0": { text: "none", colour: bad }, "1": { text: "yes", colour: good } },
            },
            {
              as: "Late in",
              expr: `min by (id, name, policy, storage) (${byGuest(of("orrery_backup_margin_seconds"))})`,
              unit: "s",
              levels: atLeast(0, hour),
            },
          ],
          sort: { by: "Late in", ascending: true },
          none: "No policy covers any guest",
          width: 14,
          height: 11,
        }),
        table({
          title: "Guests outside every job",
          description: "No backup job covers them.",
          keys: [guest, { label: "id" }],
          columns: [
            {
              as: "Covered",
              expr: `max by (id, name) (${byGuest(of("pve_not_backed_up_info"))})`,
              words: { "1": { text: "no", colour: bad } },
            },
          ],
          none: "Every guest is covered",
          width: 10,
          height: 11,
        }),
        trend({
          title: "Age of the newest backup",
          description: "Of the ten guests whose newest backup is the oldest. It climbs, and falls with each backup.",
          queries: [{ expr: `topk(10, ${byGuest(`(time() - ${newest})`)})`, legend: "{{name}}" }],
          unit: "s",
          width: 12,
          height: 9,
        }),
        trend({
          title: "Backups that ended",
          description: "Backup tasks within a day, by how they ended. Counted since the exporter watches.",
          queries: [
            {
              expr: `sum by (outcome) (increase(${of("pve_tasks_ended_total", 'type="vzdump"')}[1d]))`,
              legend: "{{outcome}}",
            },
          ],
          decimals: 0,
          width: 6,
          height: 9,
        }),
        trend({
          title: "Backups held",
          description: "Backups of guests that there are, and of such that there are no more.",
          queries: [
            { expr: `sum(${of("pve_guest_backups")})`, legend: "of guests" },
            { expr: `sum(${of("pve_storage_backups_orphaned")})`, legend: "of no guest" },
          ],
          decimals: 0,
          width: 6,
          height: 9,
        }),
      ],
    },
    {
      title: "Replication",
      panels: [
        table({
          title: "Jobs",
          description: "How far each copy is behind.",
          keys: [{ label: "id" }, { label: "guest" }, { label: "source" }, { label: "target" }],
          columns: [
            {
              as: "Behind",
              expr: `time() - max by (id, guest, source, target) (${job("pve_replication_last_sync_timestamp_seconds")})`,
              unit: "s",
            },
            {
              as: "Took",
              expr: `max by (id, guest, source, target) (${job("pve_replication_duration_seconds")})`,
              unit: "s",
            },
            {
              as: "Failed in a row",
              expr: `max by (id, guest, source, target) (${job("pve_replication_failed_syncs")})`,
              levels: above(1, 3),
            },
          ],
          sort: { by: "Behind" },
          none: "Nothing is replicated",
          width: 12,
          height: 9,
        }),
        trend({
          title: "How far behind",
          description: "Age of each copy. A job that stands still climbs.",
          queries: [
            {
              expr: `time() - max by (id, guest) (${of("pve_replication_last_sync_timestamp_seconds")} * on (cluster, id) group_left (guest) max by (cluster, id, guest) (${of("pve_replication_info")}))`,
              legend: "{{guest}} ({{id}})",
            },
          ],
          unit: "s",
          width: 12,
          height: 9,
        }),
      ],
    },
    {
      title: "Findings of the declaration",
      panels: [
        table({
          title: "Findings",
          description: "Claims of the declaration that do not hold, or cannot be shown to. `orrery check` says why.",
          keys: [
            { label: "rule" },
            {
              label: "severity",
              words: {
                error: { text: "error", colour: bad },
                warning: { text: "warning", colour: watchOut },
                info: { text: "info", colour: plain },
              },
            },
            { label: "verdict" },
          ],
          columns: [{ as: "Findings", expr: `sum by (rule, severity, verdict) (${of("orrery_findings")})` }],
          sort: { by: "Findings" },
          none: "Nothing was found",
          width: 16,
          height: 9,
        }),
        table({
          title: "Waived",
          description: "Findings that somebody took upon themselves.",
          keys: [{ label: "rule" }],
          columns: [{ as: "Findings", expr: `sum by (rule) (${of("orrery_findings_waived")})` }],
          none: "Nothing is waived",
          width: 8,
          height: 9,
        }),
      ],
    },
  ],
};
