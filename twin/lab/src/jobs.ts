import { type BackupPolicy, cadenceDays, isUnknown, type Retention, refText } from "@orrery/model";
import { dict } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { calendarEventOf, intervalEventOf } from "./schedules.ts";

type Period = "last" | "hourly" | "daily" | "weekly" | "monthly" | "yearly";

/** A time to keep as counts, by how often the policy makes a copy. */
const countsOf = (retention: Retention, policy: BackupPolicy): Partial<Record<Period, number>> => {
  if (!("for" in retention)) {
    const { last, hourly, daily, weekly, monthly, yearly } = retention;
    return Object.fromEntries(
      Object.entries({ last, hourly, daily, weekly, monthly, yearly }).filter(([, count]) => count !== undefined),
    );
  }
  const days = retention.for / 86_400;
  const cadence = cadenceDays(policy.schedule);
  if (Number.isNaN(cadence) || cadence <= 1 / 12) return { daily: Math.max(1, Math.ceil(days)) };
  if (cadence < 7) return { daily: Math.ceil(days) };
  if (cadence < 28) return { weekly: Math.ceil(days / 7) };
  if (cadence < 300) return { monthly: Math.max(1, Math.round(days / 30.4)) };
  return { yearly: Math.max(1, Math.round(days / 365)) };
};

const periods: readonly Period[] = ["last", "hourly", "daily", "weekly", "monthly", "yearly"];

/** What all policies of one target keep together: a job's prune looks at the whole group, not at its own copies. */
const pruneText = (policies: readonly BackupPolicy[]): string => {
  const kept: Partial<Record<Period, number>> = {};
  for (const policy of policies) {
    const counts = countsOf(policy.retention, policy);
    for (const period of periods) kept[period] = Math.max(kept[period] ?? 0, counts[period] ?? 0);
  }
  return periods.flatMap((period) => (kept[period] ? [`keep-${period}=${kept[period]}`] : [])).join(",");
};

/** The guests that a policy covers, as a job's options; undefined where Proxmox VE has no job for it. */
const coverage = (
  building: Building,
  { covers, id }: BackupPolicy,
  vmids: ReadonlyMap<string, number>,
): Record<string, string | number> | undefined => {
  const { inventory, ledger } = building;
  const listed = (names: readonly string[]): string => names.flatMap((name) => vmids.get(name) ?? []).join(",");
  if (covers === "all guests") return { all: 1 };
  if (covers === "configuration") {
    ledger.leaveOut("backup of configurations", "Proxmox VE has no job for it", id);
    return undefined;
  }
  if ("guests" in covers) return { vmid: listed(covers.guests) };
  if ("allExcept" in covers) return { all: 1, exclude: listed(covers.allExcept) };
  const { categories } = covers;
  return {
    vmid: listed(
      inventory.lab.guests.items.filter(({ category }) => categories.includes(category)).map(({ name }) => name),
    ),
  };
};

/** Backup jobs of jobs.cfg. */
export const buildBackupJobs = (building: Building, vmids: ReadonlyMap<string, number>): void => {
  const { world, inventory, ledger } = building;
  const { policies } = inventory.lab.backup;
  const zones = [...new Set(policies.map(({ schedule }) => schedule.zone))];
  const [zone] = zones;
  if (zone !== undefined) {
    for (const node of Object.values(world.nodes)) {
      if (inventory.nodes.get(node.name)?.timezone !== undefined) continue;
      node.timezone = zone;
      ledger.assume("time zone of a node", zone, "its schedules are declared in it", node.name);
    }
    if (zones.length > 1)
      ledger.readAs("schedules in several zones", zone, "the schedulers of the nodes know one zone", "backup");
  }
  for (const policy of policies) {
    const storage = refText(policy.target);
    const covers = coverage(building, policy, vmids);
    if (covers === undefined) continue;
    if (world.storages[storage] === undefined) {
      ledger.leaveOut("backup job", `its target "${storage}" is not in the twin`, policy.id);
      continue;
    }
    const sameTarget = policies.filter(
      (other) => refText(other.target) === storage && other.covers !== "configuration",
    );
    if (sameTarget.length > 1)
      ledger.readAs(
        "retention",
        pruneText(sameTarget),
        "a job prunes the whole group, so each keeps what all jobs of its target keep",
        policy.id,
      );
    if (policy.offsite.length > 0)
      ledger.leaveOut("offsite copy", "nothing copies to an object storage in the twin", policy.id);
    const job = dict<string | number>([
      ["schedule", calendarEventOf(ledger, policy.schedule, policy.id)],
      ["storage", storage],
      ["mode", "snapshot"],
      ["enabled", 1],
      ["notes-template", "{{guestname}}"],
      ["prune-backups", pruneText(sameTarget)],
      ["comment", policy.title],
      ...Object.entries(covers),
    ]);
    if (world.storages[storage]?.type !== "pbs") job.compress = "zstd";
    world.jobs.backup[policy.id] = { type: "vzdump", id: policy.id, options: job };
  }
};

/** Where HA may start a guest whose disks are copied to some nodes only: a rule in 9, a group in 8. */
const confine = ({ world, ledger }: Building, sid: string, name: string, nodes: readonly string[]): void => {
  ledger.assume(
    "where HA may start a replicated guest",
    "on its node and those that it is copied to",
    "HA asks for no disks, and the declaration for no rules",
    name,
  );
  const id = `copies-of-${sid.replace(":", "-")}`;
  if (world.release === "9.2") {
    const options = dict<string | number>([
      ["resources", sid],
      ["nodes", nodes.join(",")],
      ["strict", 1],
    ]);
    world.ha.rules[id] = { type: "node-affinity", id, options };
    return;
  }
  world.ha.groups[id] = {
    type: "group",
    id,
    options: dict<string | number>([
      ["nodes", nodes.join(",")],
      ["restricted", 1],
    ]),
  };
  const resource = world.ha.resources[sid];
  if (resource !== undefined) resource.options.group = id;
};

/** Replication jobs of replication.cfg, and the guests that HA looks after. */
export const buildGuestJobs = (building: Building, vmids: ReadonlyMap<string, number>): void => {
  const { world, inventory, ledger } = building;
  for (const guest of inventory.lab.guests.items) {
    const vmid = vmids.get(guest.name);
    const made = vmid === undefined ? undefined : world.guests[vmid];
    if (vmid === undefined || made === undefined) continue;
    for (const [index, { to, every }] of guest.replication.entries()) {
      const target = inventory.nodeOf(to);
      const id = `${vmid}-${index}`;
      if (target === undefined || target === made.node) {
        ledger.leaveOut("replication", `its target "${refText(to)}" is no other node`, guest.name);
        continue;
      }
      world.jobs.replication[id] = {
        type: "local",
        id,
        options: dict<string | number>([
          ["source", made.node],
          ["target", target],
          ["guest", vmid],
          ["jobnum", index],
          ["schedule", intervalEventOf(ledger, every, guest.name)],
        ]),
      };
    }
    if (isUnknown(guest.ha) || !guest.ha) continue;
    const sid = `${made.kind === "qemu" ? "vm" : "ct"}:${vmid}`;
    world.ha.resources[sid] = {
      type: sid.slice(0, 2),
      id: sid,
      options: dict<string | number>([
        ["state", guest.state === "running" ? "started" : "stopped"],
        ["max_relocate", 1],
        ["max_restart", 1],
      ]),
    };
    const copies = guest.replication.flatMap(({ to }) => inventory.nodeOf(to) ?? []);
    if (copies.length > 0)
      confine(building, sid, guest.name, [made.node, ...copies.filter((node) => node !== made.node)]);
  }
};
