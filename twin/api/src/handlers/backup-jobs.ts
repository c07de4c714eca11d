import { nextCalendarEvent, parseCalendarEvent } from "@orrery/model";
import { disksOf, drawUuid, type Guest, planJobs, type Section } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail, forbid, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { splitList } from "../validation/word-list.ts";
import { nested } from "../within.ts";
import { configOf, parsedProperties } from "./values.ts";

const asObjects = new Set(["prune-backups", "performance", "fleecing"]);
const allDays = "mon,tue,wed,thu,fri,sat,sun";

const zoneOf = (call: Call): string => call.world.nodes[call.node]?.timezone ?? "UTC";

/** Nothing is planned beyond: dates end soon after. */
const lastSecond = 8e12;

/** When an event is next due, in seconds; undefined when never. */
export const nextRun = (call: Call, schedule: string, after: number): number | undefined => {
  const parsed = parseCalendarEvent(schedule);
  if (parsed.kind !== "event" || after > lastSecond) return undefined;
  const next = nextCalendarEvent(parsed.event, zoneOf(call), after * 1000);
  return next === undefined ? undefined : Math.floor(Number(next) / 1000);
};

const shownOption = (key: string, value: string | number): unknown => {
  if (key === "prune-backups" && value === "") return { "keep-all": 1 };
  if (asObjects.has(key))
    return parsedProperties(
      key === "performance" ? "backup-performance" : key === "fleecing" ? "backup-fleecing" : key,
      String(value),
    );
  return value;
};

const shownJob = (job: Section): Record<string, unknown> => ({
  id: job.id,
  type: "vzdump",
  enabled: 1,
  ...Object.fromEntries(Object.entries(job.options).map(([key, value]) => [key, shownOption(key, value)])),
});

const jobOf = (call: Call): Section => {
  const id = call.need("id");
  return call.world.jobs.backup[id] ?? refuseParameters({ id: `No such job '${id}'` });
};

const list = (call: Call): unknown =>
  Object.values(call.world.jobs.backup).map((job) => {
    const shown = shownJob(job);
    const next = shown.enabled === 1 ? nextRun(call, String(job.options.schedule ?? ""), call.seconds) : undefined;
    return { ...shown, ...(next === undefined ? {} : { "next-run": next }) };
  });

/** Turns the old `starttime` and `dow` into a schedule. */
const scheduleOf = (call: Call, required: boolean): string | undefined => {
  const schedule = call.text("schedule");
  const start = call.text("starttime");
  if (schedule !== undefined) {
    if (start !== undefined) refuseParameters({ starttime: "'starttime' and 'schedule' cannot both be set" });
    return schedule;
  }
  if (start === undefined)
    return required ? refuseParameters({ schedule: "neither 'starttime' nor 'schedule' were set" }) : undefined;
  const days = call.text("dow") ?? allDays;
  return days === allDays ? start : `${days} ${start}`;
};

const known = new Set(["cluster", "guestname", "node", "vmid"]);

const needNotes = (text: string | undefined): void => {
  for (const match of (text ?? "").matchAll(/\{\{([^}]*)\}\}/g)) {
    const name = match[1] ?? "";
    if (!known.has(name))
      refuseParameters({ "notes-template": `found unknown: variable '${name}' at char ${match.index + 4}\n` });
  }
};

const needSense = (call: Call, options: Readonly<Record<string, unknown>>, partial: boolean): void => {
  if (options.all && options.vmid) refuseParameters({ all: "option conflicts with option 'vmid'" });
  if (options.exclude && options.vmid) refuseParameters({ exclude: "option conflicts with option 'vmid'" });
  if (options.pool && options.vmid) refuseParameters({ pool: "option conflicts with option 'vmid'" });
  needNotes(call.text("notes-template"));
  if (!partial && !options.all && !options.pool && !options.exclude && !options.vmid)
    refuseParameters({ vmid: "property is missing" });
};

const needRights = (call: Call): void => {
  const pool = call.text("pool");
  if (pool !== undefined && call.world.pools[pool] === undefined) forbid(`pool '${pool}' does not exist`);
  if (call.rights.isRoot) return;
  for (const key of ["dumpdir", "script", "tmpdir"])
    if (call.given(key)) refuseParameters({ [key]: "Only root may set this option." });
  const storage = call.text("storage");
  if (storage !== undefined) call.rights.need(`/storage/${storage}`, "Datastore.Allocate");
};

const create = (call: Call): unknown => {
  const schedule = scheduleOf(call, true) ?? "";
  needRights(call);
  const id = call.text("id") ?? `${drawUuid(call.world.random)}`;
  needLock(call.world, call.node, "file-jobs_cfg");
  const { backup } = call.world.jobs;
  if (backup[id] !== undefined) fail(`Job '${id}' already exists`);
  const options = configOf(call, "id", "starttime", "dow");
  options.schedule = schedule;
  return nested(() => {
    needSense(call, options, false);
    if (options.exclude !== undefined && options.pool === undefined) options.all ??= 1;
    backup[id] = { type: "vzdump", id, options };
    planJobs(call.world);
    return null;
  });
};

const fixed = new Set(["schedule", "id", "enabled"]);

const update = (call: Call): unknown => {
  const schedule = scheduleOf(call, false);
  needRights(call);
  const given = configOf(call, "id", "starttime", "dow", "delete", "digest");
  if (schedule !== undefined) given.schedule = schedule;
  const deleted = call.list("delete");
  if (Object.keys(given).length === 0 && deleted.length === 0) fail("no options specified");
  const job = call.world.jobs.backup[call.need("id")] ?? fail("no such vzdump job");
  needLock(call.world, call.node, "file-jobs_cfg");
  return nested(() => {
    needSense(call, given, true);
    const properties = call.method.params.properties ?? {};
    for (const key of deleted) {
      if (fixed.has(key) || properties[key] === undefined) refuseParameters({ delete: `unknown option '${key}'` });
      delete job.options[key];
    }
    Object.assign(job.options, given);
    const chosen = ["vmid", "pool", "all"].find((key) => given[key] !== undefined);
    if (chosen !== undefined) for (const key of ["vmid", "pool", "all"]) if (key !== chosen) delete job.options[key];
    if (job.options.vmid !== undefined) delete job.options.exclude;
    planJobs(call.world);
    return null;
  });
};

const remove = (call: Call): unknown =>
  nested(() => {
    needLock(call.world, call.node, "file-jobs_cfg");
    jobOf(call);
    delete call.world.jobs.backup[call.need("id")];
    return null;
  });

/** The guests that a job covers, by VMID. */
export const guestsOfJob = (call: Call, options: Readonly<Record<string, string | number>>): number[] => {
  const { world } = call;
  if (options.vmid !== undefined) return [...new Set(splitList(String(options.vmid)).map(Number))];
  const excluded = new Set(splitList(String(options.exclude ?? "")).map(Number));
  const pool = options.pool === undefined ? undefined : world.pools[String(options.pool)];
  return Object.values(world.guests)
    .filter((guest) => options.node === undefined || guest.node === options.node)
    .filter((guest) => options.pool === undefined || pool?.vmids.includes(guest.vmid))
    .filter((guest) => !excluded.has(guest.vmid))
    .map((guest) => guest.vmid);
};

/** Whether a backup of the guest takes a disk, and why. Mirrors get_backup_volumes in qemu-server and pve-container. */
const diskInBackup = (guest: Guest, key: string, text: string): { included: 0 | 1; reason: string } => {
  const option = /(?:^|,)backup=([^,]+)/.exec(text)?.[1];
  if (guest.kind === "lxc") {
    if (key === "rootfs") return { included: 1, reason: "rootfs" };
    return option === "1" ? { included: 1, reason: "enabled" } : { included: 0, reason: "disabled" };
  }
  return /^(?:0|no|off|false)$/.test(option ?? "")
    ? { included: 0, reason: "backup=no" }
    : { included: 1, reason: "backup=yes" };
};

const volumeTree = (call: Call): unknown => {
  const job = jobOf(call);
  const children = guestsOfJob(call, job.options)
    .toSorted((left, right) => left - right)
    .map((vmid) => {
      const guest = call.world.guests[vmid];
      if (guest === undefined) return { id: vmid, type: "unknown", leaf: 1 };
      const disks = disksOf(guest)
        .filter((disk) => !disk.key.startsWith("unused"))
        .map((disk) => ({
          id: `${vmid}:${disk.key}`,
          name: disk.volid,
          leaf: 1,
          ...diskInBackup(guest, disk.key, disk.text),
        }));
      const name = guest.config.name ?? guest.config.hostname;
      return {
        id: vmid,
        type: guest.kind,
        leaf: disks.length > 0 ? 0 : 1,
        children: disks,
        ...(name === undefined ? {} : { name }),
      };
    });
  return { children };
};

const notBackedUp = (call: Call): unknown => {
  const covered = new Set(Object.values(call.world.jobs.backup).flatMap((job) => guestsOfJob(call, job.options)));
  return Object.values(call.world.guests)
    .filter((guest) => !covered.has(guest.vmid) && call.rights.has(`/vms/${guest.vmid}`, "VM.Audit"))
    .map((guest) => ({ vmid: guest.vmid, type: guest.kind, name: guest.config.name ?? guest.config.hostname }));
};

const utcText = (seconds: number): string => {
  const date = new Date(seconds * 1000);
  const [day, month] = [date.toUTCString().slice(0, 3), date.toUTCString().slice(8, 11)];
  return `${day} ${month} ${String(date.getUTCDate()).padStart(2, " ")} ${date.toUTCString().slice(17, 25)} ${date.getUTCFullYear()}`;
};

const analyze = (call: Call): unknown => {
  const rows: { timestamp: number; utc: string }[] = [];
  let at = call.number("starttime") ?? call.seconds;
  for (let left = call.number("iterations") ?? 10; left > 0; left -= 1) {
    const next = nextRun(call, call.need("schedule"), at);
    if (next === undefined) break;
    rows.push({ timestamp: next, utc: utcText(next) });
    at = next;
  }
  return rows;
};

const realmSync = {
  list: (call: Call): unknown =>
    Object.values(call.world.jobs.realmSync).map(({ id, type, options }) => ({ id, type, ...options })),
  read: (call: Call): unknown => {
    const job =
      call.world.jobs.realmSync[call.need("id")] ?? fail(`realm-sync job '${call.need("id")}' does not exist`);
    return { id: job.id, type: job.type, ...job.options };
  },
  create: (call: Call): unknown => {
    const id = call.need("id");
    needLock(call.world, call.node, "file-jobs_cfg");
    if (call.world.jobs.realmSync[id] !== undefined) fail(`Job '${id}' already exists`);
    call.world.jobs.realmSync[id] = { type: "realm-sync", id, options: configOf(call, "id") };
    return null;
  },
  update: (call: Call): unknown => {
    const job = call.world.jobs.realmSync[call.need("id")] ?? fail(`Job '${call.need("id")}' does not exist`);
    needLock(call.world, call.node, "file-jobs_cfg");
    needSectionDigest(call.text("digest"), call.world.jobs.realmSync);
    for (const key of call.list("delete")) delete job.options[key];
    Object.assign(job.options, configOf(call, "id", "delete", "digest"));
    return null;
  },
  remove: (call: Call): unknown => {
    const id = call.need("id");
    needLock(call.world, call.node, "file-jobs_cfg");
    if (call.world.jobs.realmSync[id] === undefined) fail(`Job '${id}' does not exist`);
    delete call.world.jobs.realmSync[id];
    return null;
  },
};

export const backupJobs: Handlers = {
  "GET /cluster/backup": list,
  "POST /cluster/backup": create,
  "GET /cluster/backup/{id}": (call) => shownJob(jobOf(call)),
  "PUT /cluster/backup/{id}": update,
  "DELETE /cluster/backup/{id}": remove,
  "GET /cluster/backup/{id}/included_volumes": volumeTree,
  "GET /cluster/backup-info": () => [{ subdir: "not-backed-up" }],
  "GET /cluster/backup-info/not-backed-up": notBackedUp,
  "GET /cluster/jobs/schedule-analyze": analyze,
  "GET /cluster/jobs/realm-sync": realmSync.list,
  "GET /cluster/jobs/realm-sync/{id}": realmSync.read,
  "POST /cluster/jobs/realm-sync/{id}": realmSync.create,
  "PUT /cluster/jobs/realm-sync/{id}": realmSync.update,
  "DELETE /cluster/jobs/realm-sync/{id}": realmSync.remove,
};
