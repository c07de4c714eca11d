import { type BackupPolicy, keptByJob, keptText, prunedWith, refText } from "@orrery/model";
import { dict } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { optionText } from "./option-text.ts";
import { calendarEventOf } from "./schedules.ts";

/** The guests that a policy covers, as a job's options; undefined where Proxmox VE has no job for it. */
const coverage = (
  building: Building,
  { covers, id }: BackupPolicy,
  vmids: ReadonlyMap<string, number>,
): Record<string, string | number> | undefined => {
  const { inventory, ledger } = building;
  const listed = (names: readonly (string | number)[]): string =>
    names.flatMap((name) => (typeof name === "number" ? name : (vmids.get(name) ?? []))).join(",");
  if (covers === "all guests") return { all: 1 };
  if (covers === "configuration") {
    ledger.leaveOut("backup of configurations", "Proxmox VE has no job for it", id);
    return undefined;
  }
  if ("guests" in covers) return { vmid: listed(covers.guests) };
  if ("allExcept" in covers) return { all: 1, exclude: listed(covers.allExcept) };
  if ("pool" in covers)
    return { pool: covers.pool, ...(covers.except === undefined ? {} : { exclude: listed(covers.except) }) };
  const { categories } = covers;
  return {
    vmid: listed(
      inventory.lab.guests.items
        .filter(({ category }) => categories.some((one) => one === category))
        .map(({ name }) => name),
    ),
  };
};

/** Backup jobs of jobs.cfg. */
export const buildBackupJobs = (building: Building, vmids: ReadonlyMap<string, number>): void => {
  const { world, inventory, ledger } = building;
  const { policies } = inventory.lab.backup;
  const zone = policies[0]?.schedule.zone;
  const clock = [...inventory.nodes.values()].find(({ timezone }) => timezone !== undefined)?.timezone ?? zone;
  if (zone !== undefined) {
    for (const node of Object.values(world.nodes)) {
      if (inventory.nodes.get(node.name)?.timezone !== undefined) continue;
      node.timezone = zone;
      ledger.assume("time zone of a node", zone, "its schedules are declared in it", node.name);
    }
  }
  for (const policy of policies) {
    const storage = refText(policy.target);
    const covers = coverage(building, policy, vmids);
    if (covers === undefined) continue;
    if (world.storages[storage] === undefined) {
      ledger.leaveOut("backup job", `its target "${storage}" is not in the twin`, policy.id);
      continue;
    }
    const kept = keptByJob(policies, policy);
    if (kept !== undefined && prunedWith(policies, policy).length > 1)
      ledger.readAs(
        "retention",
        keptText(kept),
        "a job prunes the whole group, so each keeps what all jobs of its target keep",
        policy.id,
      );
    if (policy.offsite.length > 0)
      ledger.leaveOut("offsite copy", "nothing copies to an object storage in the twin", policy.id);
    const job = dict<string | number>([
      ["schedule", calendarEventOf(ledger, policy.schedule, clock ?? policy.schedule.zone, world.now, policy.id)],
      ["storage", storage],
      ["enabled", policy.enabled ? 1 : 0],
      ...Object.entries(covers),
    ]);
    if (kept !== undefined) job["prune-backups"] = keptText(kept);
    if (policy.title !== policy.id) job.comment = policy.title;
    if (policy.onlyOn !== undefined) job.node = policy.onlyOn;
    if (policy.options === undefined) {
      job.mode = policy.mode ?? "snapshot";
      job["notes-template"] = policy.notes ?? "{{guestname}}";
      if (world.storages[storage]?.type !== "pbs") job.compress = "zstd";
    } else {
      if (policy.mode !== undefined) job.mode = policy.mode;
      if (policy.notes !== undefined) job["notes-template"] = policy.notes;
      for (const [key, value] of Object.entries(policy.options)) {
        const text = optionText(value);
        if (text !== undefined) job[key] = text;
      }
    }
    world.jobs.backup[policy.id] = { type: "vzdump", id: policy.id, options: job };
  }
};
