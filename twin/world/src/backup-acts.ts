import { changedSince, compressors, included, notesOf, stampOf, volidFor } from "./backup-content.ts";
import { copy, dict } from "./dict.ts";
import type { Guest } from "./guest.ts";
import { isRunning, lockedText } from "./guest-config.ts";
import { agentAnswers, launch } from "./guest-power.ts";
import type { ActsFor } from "./outcome.ts";
import { removeMarked, retentionFor } from "./prune.ts";
import { drawUuid } from "./random.ts";
import { sidOf } from "./sid.ts";
import { canSnapshot } from "./snapshot-guest.ts";
import type { Step } from "./step.ts";
import { copyStep } from "./transfer.ts";
import { archiveSizeText, bytesText, clockText } from "./units.ts";
import { addVolume, backingOf, freeOf, whyNotStorage } from "./volume.ts";
import type { World } from "./world.ts";

/** Sizes as tar writes them: without a space. */
const tarText = (bytes: number, digits: number): string => bytesText(bytes, digits).replace(" ", "");

/** Share of a hole's bytes that reading it costs. */
const holeCost = 0.04;

const info = (text: string): Step => ({ do: "log", text: `INFO: ${text}` });

/** Whether HA keeps the guest running. */
const isStartedByHa = (world: World, guest: Guest): boolean => {
  const resource = world.ha.resources[sidOf(guest)];
  return resource !== undefined && ["started", "enabled"].includes(`${resource.options.state ?? "started"}`);
};

export const backupActs: ActsFor<
  | "backup.plan"
  | "backup.begin"
  | "backup.pause"
  | "backup.restart"
  | "backup.archive"
  | "backup.store"
  | "backup.failed"
  | "backup.end"
> = {
  "backup.plan": (world, task, { vmids, options, line }) => {
    const { storage } = options;
    const why = whyNotStorage(world, task.node, storage, "backup");
    if (why !== undefined)
      return {
        fail: `could not activate storage '${storage}': ${why} could not get storage information for '${storage}': ${why}`,
      };
    return [
      { do: "log", text: line },
      { do: "lock", name: `vzdump/${task.node}`, timeoutMs: 180 * 60_000 },
      ...vmids.flatMap((vmid): Step[] => [
        { do: "act", act: { kind: "backup.begin", vmid, options } },
        { do: "catch", act: { kind: "backup.failed", vmid } },
      ]),
      { do: "act", act: { kind: "backup.end", errors: false } },
    ];
  },
  "backup.begin": (world, task, { vmid, options }) => {
    const guest = world.guests[vmid];
    if (guest?.node !== task.node) return { fail: `unable to find VM '${vmid}'` };
    task.log.push(
      `INFO: Starting Backup of VM ${vmid} (${guest.kind})`,
      `INFO: Backup started at ${stampOf(world, task)}`,
    );
    const running = isRunning(guest);
    task.log.push(`INFO: status = ${running ? "running" : "stopped"}`);
    const locked = lockedText(guest);
    if (locked !== undefined) return { fail: locked };
    if (running && options.mode === "stop" && isStartedByHa(world, guest)) {
      return {
        fail: "Cannot execute a backup with stop mode on a HA managed and enabled Service. Use snapshot mode or disable the Service.",
      };
    }
    const asked = running ? options.mode : "stop";
    const noSnapshots = guest.kind === "lxc" && asked === "snapshot" && !canSnapshot(world, guest);
    if (noSnapshots)
      task.log.push(
        "INFO: mode failure - some volumes do not support snapshots",
        "INFO: trying 'suspend' mode instead",
      );
    const mode = noSnapshots ? "suspend" : asked;
    guest.config.lock = "backup";
    const { lines, missing } = included(world, guest);
    task.log.push(
      `INFO: backup mode: ${mode}`,
      ...(options.cap > 0 ? [`INFO: bandwidth limit: ${Math.round(options.cap / 1024)} KB/s`] : []),
      "INFO: ionice priority: 7",
    );
    task.log.push(
      `INFO: ${guest.kind === "qemu" ? "VM" : "CT"} Name: ${guest.config.name ?? guest.config.hostname ?? ""}`,
    );
    task.log.push(...lines.map((line) => `INFO: ${line}`));
    const archive: Step = {
      do: "act",
      act: {
        kind: "backup.archive",
        vmid,
        options,
        startedAt: world.now,
        mode,
        stoppedForIt: running && mode === "stop",
      },
    };
    const unlock: Step = { do: "cleanup", acts: [{ kind: "guest.unlock", vmid, lock: "backup" }] };
    if (missing !== undefined) return [unlock, { do: "fail", message: missing }];
    if (!running || mode === "snapshot") return [unlock, { do: "wait", ms: running ? 500 : 1500 }, archive];
    if (mode === "suspend")
      return [
        unlock,
        info("suspending guest"),
        { do: "act", act: { kind: "backup.pause", vmid } },
        { do: "wait", ms: 800 },
        archive,
      ];
    return [
      unlock,
      { do: "cleanup", acts: [{ kind: "backup.restart", vmid }] },
      info(`stopping virtual guest`),
      { do: "wait", ms: guest.shutdownMs },
      { do: "act", act: { kind: "guest.end", vmid } },
      { do: "wait", ms: 1200 },
      archive,
    ];
  },
  /** A guest that was stopped for its backup runs again, however the backup ended. */
  "backup.restart": (world, task, { vmid }) => {
    const guest = world.guests[vmid];
    if (guest?.run.kind !== "stopped" || guest.node !== task.node) return undefined;
    task.log.push("INFO: restarting vm");
    launch(world, guest);
    return undefined;
  },
  "backup.pause": (world, _task, { vmid }) => {
    const guest = world.guests[vmid];
    if (guest?.run.kind === "running") guest.run = { ...guest.run, kind: "paused", reason: "paused" };
    return undefined;
  },
  "backup.archive": (world, task, { vmid, options, startedAt, mode, stoppedForIt: wasStopped }) => {
    const guest = world.guests[vmid];
    const storage = world.storages[options.storage];
    const target = backingOf(world, task.node, options.storage);
    if (!guest || !storage || !target) return { fail: `storage '${options.storage}' is not online` };
    const { target: name } = volidFor(world, guest, storage, { options, startedAt });
    const pbs = storage.type === "pbs";
    task.log.push(`INFO: creating ${pbs ? "Proxmox Backup Server" : "vzdump"} archive '${name}'`);
    const { taken } = included(world, guest);
    const used = taken.reduce((sum, { volume }) => sum + volume.used, 0);
    const size = taken.reduce((sum, { volume }) => sum + volume.size, 0);
    const steps: Step[] = [];
    if (guest.kind === "qemu") {
      if (mode === "stop" && !wasStopped)
        steps.push(info("starting kvm to execute backup task"), { do: "wait", ms: 1000 });
      if (agentAnswers(world, guest) && mode === "snapshot")
        steps.push(
          info("issuing guest-agent 'fs-freeze' command"),
          { do: "wait", ms: 300 },
          info("issuing guest-agent 'fs-thaw' command"),
        );
      steps.push(info(`started backup task '${drawUuid(world.random)}'`));
      if (wasStopped)
        steps.push(info("resuming VM again"), { do: "act", act: { kind: "guest.launch", vmid, skipLock: true } });
      else if (mode === "suspend")
        steps.push(info("resuming VM again"), { do: "act", act: { kind: "guest.resume", vmid } });
      else if (mode === "snapshot") steps.push(info("resuming VM again"));
    }
    const before = pbs ? changedSince(world, guest, storage, used) : undefined;
    const incremental = pbs && before?.known === true;
    if (pbs && guest.kind === "qemu") {
      for (const { key, volume } of taken) {
        const dirty = incremental && used > 0 ? (before.changed * volume.used) / used : 0;
        steps.push(
          info(
            incremental
              ? `${key}: dirty-bitmap status: OK (${bytesText(dirty)} of ${bytesText(volume.size)} dirty)`
              : `${key}: dirty-bitmap status: created new`,
          ),
        );
      }
      if (incremental)
        steps.push(
          info(
            `using fast incremental mode (dirty-bitmap), ${bytesText(before.changed)} dirty of ${bytesText(size)} total`,
          ),
        );
    }
    const compressor = compressors[pbs ? "pbs" : options.compress];
    const read = incremental ? before.changed : used + (size - used) * holeCost;
    const written = (pbs ? (before?.changed ?? used) : used) * compressor.ratio;
    const share = read > 0 ? written / read : 0;
    const room = freeOf(target);
    const shown = incremental ? before.changed : size;
    const flows = taken.map((disk): Step => {
      const part = used > 0 ? disk.volume.used / used : 1 / taken.length;
      const fits = written > room ? room / written : 1;
      return copyStep(world, {
        source: disk.backing,
        target,
        from: task.node,
        to: task.node,
        written: Math.max(share, 1e-6),
        traffic: "backup",
        bytes: Math.max(1, read * part * fits),
        cap: Math.min(compressor.speed, options.cap > 0 ? options.cap : compressor.speed),
        progress:
          guest.kind === "qemu"
            ? { kind: "vzdump", of: Math.max(1, shown * part * fits), written: share }
            : { kind: "none" },
      });
    });
    steps.push(...flows);
    if (written > room) {
      if (!pbs)
        steps.push({
          do: "log",
          text: `INFO: ${options.compress === "0" ? "dd" : options.compress}: error: Write error : cannot write block : No space left on device`,
        });
      steps.push({
        do: "fail",
        message: pbs
          ? "backup write data failed: command error: write_data upload error: pipelined request failed: No space left on device (os error 28)"
          : guest.kind === "qemu"
            ? "vma_queue_write: write error - Broken pipe"
            : "command 'set -o pipefail && tar cpf - ...' failed: exit code 70",
      });
    }
    if (guest.kind === "lxc" && wasStopped)
      steps.push(info("restarting vm"), { do: "act", act: { kind: "guest.launch", vmid, skipLock: true } });
    steps.push({
      do: "act",
      act: {
        kind: "backup.store",
        vmid,
        options,
        startedAt,
        flowAt: world.now,
        read: shown,
        written: Math.ceil(written),
        size,
        mode,
      },
    });
    return steps;
  },
  "backup.store": (world, task, act) => {
    const { vmid, options, startedAt, flowAt, read, written, size } = act;
    const guest = world.guests[vmid];
    const storage = world.storages[options.storage];
    const target = backingOf(world, task.node, options.storage);
    if (!guest || !storage || !target || target.health <= 0)
      return { fail: `storage '${options.storage}' is not online` };
    if (written > freeOf(target)) return { fail: "No space left on device" };
    // QEMU takes the backup: what dies with it, or loses its disks under it, leaves none.
    if (guest.kind === "qemu" && act.mode === "snapshot" && !isRunning(guest))
      return { fail: `VM ${vmid} qmp command 'query-backup' failed - client closed connection` };
    const { taken, missing } = included(world, guest);
    if (missing !== undefined) return { fail: missing };
    const { volid, format } = volidFor(world, guest, storage, { options, startedAt });
    const seconds = Math.round((world.now - flowAt) / 1000);
    const pbs = storage.type === "pbs";
    if (guest.kind === "qemu" && read > 0) {
      const speed = seconds > 0 ? `in ${seconds} seconds (${bytesText(read / seconds)}/s)` : "in <1 seconds";
      task.log.push(`INFO: transferred ${bytesText(read, 2)} ${speed}`);
    } else if (guest.kind === "lxc" && !pbs)
      task.log.push(
        `INFO: Total bytes written: ${Math.round(read)} (${tarText(read, 1)}, ${tarText(read / Math.max(seconds, 1), 0)}/s)`,
      );
    if (!pbs) task.log.push(`INFO: archive file size: ${archiveSizeText(written)}`);
    const disks = dict(taken.map(({ key, volume }) => [key, { size: volume.size, used: volume.used }] as const));
    const config = copy(guest.config);
    for (const key of ["lock", "parent"]) delete config[key];
    const notes = options.notes === "" ? undefined : notesOf(options.notes, world, guest);
    if (notes !== undefined) task.log.push("INFO: adding notes to backup");
    if (options.protect) task.log.push("INFO: marking backup as protected");
    addVolume(world, target, {
      volid,
      storage: storage.id,
      content: "backup",
      format,
      size: pbs ? size : written,
      used: written,
      vmid,
      ctime: startedAt,
      ...(notes === undefined ? {} : { notes }),
      protected: options.protect,
      archive: {
        kind: guest.kind,
        at: startedAt,
        guestName: `${guest.config.name ?? guest.config.hostname ?? ""}`,
        config,
        disks,
        verification: { kind: "none" },
        encrypted: storage.options["encryption-key"] !== undefined,
        installed: guest.obeysShutdown,
      },
    });
    if (pbs && guest.kind === "qemu" && isRunning(guest)) guest.bitmaps[storage.id] = startedAt;
    const keep = options.remove ? retentionFor(storage, options.prune) : undefined;
    if (keep) {
      task.log.push(`INFO: prune older backups with retention: ${keep.text}`);
      const removed = removeMarked(world, {
        node: task.node,
        storage: storage.id,
        vmid,
        kind: guest.kind,
        keep: keep.retention,
      });
      for (const gone of removed) task.log.push(`INFO: removing backup '${gone}'`);
      task.log.push(
        `INFO: pruned ${removed.length} backup(s)${removed.length > 0 ? " not covered by keep-retention policy" : ""}`,
      );
    }
    delete guest.config.lock;
    task.cleanup = [];
    const took = clockText(world.now - startedAt);
    task.log.push(`INFO: Finished Backup of VM ${vmid} (${took})`, `INFO: Backup finished at ${stampOf(world, task)}`);
    return undefined;
  },
  "backup.failed": (world, task, { vmid }) => {
    task.log.push(`ERROR: Backup of VM ${vmid} failed - ${task.error}`, `INFO: Failed at ${stampOf(world, task)}`);
    const guest = world.guests[vmid];
    if (guest?.run.kind === "paused")
      guest.run = { kind: "running", pid: guest.run.pid, since: guest.run.since, agentAt: guest.run.agentAt };
    for (const step of task.steps) if (step.do === "act" && step.act.kind === "backup.end") step.act.errors = true;
    return undefined;
  },
  "backup.end": (world, task, { errors }) => {
    task.log.push(`INFO: Backup job finished ${errors ? "with errors" : "successfully"}`);
    const title = `vzdump backup status (${task.node}): backup ${errors ? "failed" : "successful"}`;
    world.notifications.sent.push({ at: world.now, severity: errors ? "error" : "info", title });
    if (world.notifications.sent.length > 500) world.notifications.sent.splice(0, 250);
    return errors ? { fail: "job errors" } : undefined;
  },
};
