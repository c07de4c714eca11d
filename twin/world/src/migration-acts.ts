import type { Guest } from "./guest.ts";
import { bridgesOf, disksOf, isRunning, memoryOf } from "./guest-config.ts";
import { withDisk } from "./guest-disk.ts";
import { launch, noteRun } from "./guest-power.ts";
import { localStamp } from "./local-time.ts";
import { localDevices } from "./migrate-guest.ts";
import type { ActsFor } from "./outcome.ts";
import { hears } from "./reach.ts";
import type { Step } from "./step.ts";
import type { Task } from "./task.ts";
import { copyStep, tunnelCap } from "./transfer.ts";
import { bytesText, clockText } from "./units.ts";
import {
  allocate,
  backingOf,
  findVolume,
  formattingLine,
  isShared,
  removeVolume,
  setUsed,
  storageOf,
  whyNotStorage,
} from "./volume.ts";
import { nextPid, startTask } from "./worker.ts";
import type { World } from "./world.ts";

const stamp = (text: string): Step => ({ do: "act", act: { kind: "log.stamp", text } });

const say = (world: World, task: Task, text: string): void => {
  task.log.push(`${localStamp(world.now, world.nodes[task.node]?.timezone ?? "UTC")} ${text}`);
};

/** QEMU's downtime limit at the start, and the share of its memory that a guest changes over and over. */
const downtimeMs = 100;
const workingSet = 0.2;

type Scan = {
  local: { key: string; volid: string; text: string; used: number; size: number; format: string }[];
  why?: string;
};

/** The disks that must be copied because the target does not see them, or why one cannot. */
const scan = (world: World, guest: Guest, target: string): Scan => {
  const local: Scan["local"] = [];
  for (const { key, volid, text } of disksOf(guest)) {
    const storage = world.storages[storageOf(volid)];
    const found = findVolume(world, guest.node, volid);
    if (!storage || !found) return { local, why: `volume '${volid}' does not exist` };
    if (isShared(storage)) {
      const why = whyNotStorage(world, target, storage.id);
      if (why !== undefined) return { local, why };
      continue;
    }
    if (found.volume.parent !== undefined)
      return {
        local,
        why: `can't migrate local disk '${volid}': can't migrate '${volid}' as it's a clone of '${found.volume.parent}'`,
      };
    local.push({ key, volid, text, used: found.volume.used, size: found.volume.size, format: found.volume.format });
  }
  return { local };
};

const abortedScan = "Problem found while scanning volumes - can't migrate VM - check log";

export const migrationActs: ActsFor<
  | "log.stamp"
  | "migrate.begin"
  | "migrate.copied"
  | "migrate.remote-start"
  | "migrate.pass"
  | "migrate.finish"
  | "migrate.abort"
  | "migrate.drop-target"
> = {
  "log.stamp": (world, task, { text }) => {
    say(world, task, text);
    return undefined;
  },
  "migrate.begin": (world, task, { vmid, target, online, localDisks, storage, force, cap, restart }) => {
    const guest = world.guests[vmid];
    const address = world.nodes[target]?.address ?? "";
    if (!guest) return { fail: `VM ${vmid} does not exist` };
    if (!hears(world, guest.node, target)) return { fail: "Can't connect to destination address using public key" };
    const devices = localDevices(guest);
    if (devices.length > 0 && !force)
      return { fail: `can't migrate VM which uses local devices: ${devices.join(", ")}` };
    if (devices.length > 0) say(world, task, "migrating VM which uses local devices");
    if (online && devices.length > 0)
      return { fail: `can't live migrate VM which uses local devices: ${devices.join(", ")}` };
    const missing = bridgesOf(guest).find(
      (bridge) =>
        world.nodes[target] &&
        !Object.hasOwn(world.nodes[target].interfaces, bridge) &&
        !world.sdn.running?.vnets[bridge],
    );
    if (online && missing !== undefined) return { fail: `bridge '${missing}' does not exist on node '${target}'` };
    guest.config.lock = "migrate";
    const what = guest.kind === "qemu" ? "VM" : "CT";
    say(world, task, `starting migration of ${what} ${vmid} to node '${target}' (${address})`);
    const cleanup: Step = { do: "cleanup", acts: [{ kind: "guest.unlock", vmid, lock: "migrate" }] };
    const found = scan(world, guest, target);
    for (const { volid, key } of found.local) {
      say(
        world,
        task,
        guest.kind === "qemu"
          ? `found local disk '${volid}' (${key.startsWith("unused") ? "unused" : "attached"})`
          : `found local volume '${volid}' (in current VM config)`,
      );
    }
    const attached = found.local.filter(({ key }) => !key.startsWith("unused"));
    const refusedLocal = online && !localDisks && attached.length > 0;
    if (found.why !== undefined || refusedLocal) {
      say(
        world,
        task,
        found.why ??
          `can't migrate local disk '${attached[0]?.volid}': can't live migrate attached local disks without with-local-disks option`,
      );
      return [
        cleanup,
        { do: "fail", message: abortedScan },
        { do: "catch", act: { kind: "migrate.abort", vmid, phase: 1 } },
      ];
    }
    const moved = found.local.map((disk) => ({ disk, storage: storage === "" ? storageOf(disk.volid) : storage }));
    const placed = place(world, guest, target, moved);
    if (typeof placed === "string")
      return [
        cleanup,
        { do: "fail", message: placed },
        { do: "catch", act: { kind: "migrate.abort", vmid, phase: 1 } },
      ];
    const drops = placed.map(({ volid }) => ({ kind: "migrate.drop-target" as const, target, volid }));
    const finish: Step[] = [
      {
        do: "act",
        act: {
          kind: "migrate.finish",
          vmid,
          target,
          online,
          moved: placed.map(({ key, volid }) => ({ key, volid })),
          restart,
        },
      },
    ];
    const copies = (progress: "dd" | "mirror") =>
      placed.flatMap((disk) => copyOne(world, guest, disk, { target, progress, cap }));
    if (!online) {
      const stop: Step[] = restart
        ? [
            stamp(`shutdown CT ${vmid}`),
            { do: "wait", ms: guest.shutdownMs },
            { do: "act", act: { kind: "guest.end", vmid } },
          ]
        : [];
      return [
        cleanup,
        { do: "cleanup", acts: drops },
        ...stop,
        ...(placed.length > 0 ? [stamp("copying local disk images"), { do: "wait" as const, ms: 700 }] : []),
        ...copies("dd"),
        { do: "wait", ms: 900 },
        ...finish,
        { do: "catch", act: { kind: "migrate.abort", vmid, phase: 1 } },
      ];
    }
    const socket = `unix:/run/qemu-server/${vmid}.migrate`;
    const memory = Math.max(2 ** 20, memoryOf(guest) * guest.load.memory);
    return [
      cleanup,
      { do: "cleanup", acts: drops },
      stamp(`starting VM ${vmid} on remote node '${target}'`),
      { do: "act", act: { kind: "migrate.remote-start", vmid, target } },
      { do: "wait", ms: 1500 },
      ...placed.map(({ source, volid }) => stamp(`volume '${source}' is '${volid}' on the target`)),
      stamp("start remote tunnel"),
      { do: "wait", ms: 600 },
      stamp("ssh tunnel ver 1"),
      { do: "catch", act: { kind: "migrate.abort", vmid, phase: 1 } },
      ...(placed.length > 0 ? [stamp("starting storage migration")] : []),
      ...copies("mirror"),
      stamp(`starting online/live migration on ${socket}`),
      stamp("set migration capabilities"),
      stamp(`migration downtime limit: ${downtimeMs} ms`),
      stamp(`migration cachesize: ${bytesText(2 ** Math.max(20, Math.round(Math.log2(memoryOf(guest) / 10))))}`),
      stamp("set migration parameters"),
      stamp(`start migrate command to ${socket}`),
      {
        do: "act",
        act: {
          kind: "migrate.pass",
          vmid,
          target,
          startedAt: -1,
          passAt: 0,
          sent: 0,
          bytes: Math.floor(memory),
          limitMs: downtimeMs,
          stuck: 0,
          cap,
        },
      },
      ...placed.flatMap(({ key }) =>
        [
          `drive-${key}: Completing block job...`,
          `drive-${key}: Completed successfully.`,
          `drive-${key}: mirror-job finished`,
        ].map((text): Step => ({ do: "log", text })),
      ),
      { do: "wait", ms: 1500 },
      ...(placed.length > 0 ? [stamp("stopping NBD storage migration server on target.")] : []),
      ...finish,
      { do: "catch", act: { kind: "migrate.abort", vmid, phase: 2 } },
    ];
  },
  "migrate.copied": (world, task, { vmid, key, target, volid, used, startedAt }) => {
    const guest = world.guests[vmid];
    const source = guest ? disksOf(guest).find((disk) => disk.key === key)?.volid : undefined;
    const there = findVolume(world, target, volid);
    if (!there) return { fail: `volume '${volid}' is gone on the target` };
    setUsed(world, there.backing, there.volume, Math.max(there.volume.used, used));
    if (guest && !isRunning(guest)) {
      const seconds = (world.now - startedAt) / 1000;
      const { size } = there.volume;
      say(
        world,
        task,
        `${size} bytes (${(size / 1e9).toFixed(1)} GB, ${bytesText(size)}) copied, ${seconds.toFixed(5)} s, ${Math.round(size / 1e6 / Math.max(seconds, 0.001))} MB/s`,
      );
      say(world, task, `successfully imported '${volid}'`);
      say(world, task, `volume '${source}' is '${volid}' on the target`);
    } else task.log.push("all 'mirror' jobs are ready");
    return undefined;
  },
  /** The empty process that takes the guest's state shows as a task of the target. */
  "migrate.remote-start": (world, task, { vmid, target }) => {
    const node = world.nodes[target];
    const guest = world.guests[vmid];
    if (!node || !guest) return { fail: `no such cluster node '${target}'` };
    const memory = memoryOf(guest);
    if (memory > node.hardware.memory + node.hardware.swap) return { fail: `start failed: QEMU exited with code 1` };
    startTask(world, { node, type: "qmstart", id: `${vmid}`, user: task.user, steps: [{ do: "wait", ms: 1000 }] });
    return undefined;
  },
  /** One pass over the memory; what the guest changed meanwhile is the next pass, until it fits into the downtime. */
  "migrate.pass": (world, task, act) => {
    const { vmid, target, sent, bytes, limitMs, stuck, cap } = act;
    const guest = world.guests[vmid];
    if (!guest || guest.run.kind === "stopped") return { fail: "online migrate failure - aborting" };
    const startedAt = act.startedAt < 0 ? world.now : act.startedAt;
    const flow = (next: number, limit: number, stuckNow: number): Step[] => [
      copyStep(world, {
        from: guest.node,
        to: target,
        bytes: next,
        cap: Math.min(tunnelCap, cap > 0 ? cap : tunnelCap),
        progress: { kind: "memory", of: Math.max(next, memoryOf(guest)) },
      }),
      {
        do: "act",
        act: { ...act, startedAt, passAt: world.now, sent: sent + next, bytes: next, limitMs: limit, stuck: stuckNow },
      },
    ];
    if (act.startedAt < 0) return flow(bytes, limitMs, 0);
    const took = Math.max(1, world.now - act.passAt);
    const speed = (bytes * 1000) / took;
    const dirty =
      guest.run.kind === "paused"
        ? 0
        : Math.min(memoryOf(guest) * workingSet, (guest.dirtyBytesPerSecond * took) / 1000);
    const pause = (dirty / speed) * 1000;
    if (pause > limitMs) {
      const standing = dirty >= bytes ? stuck + 1 : stuck;
      if (standing <= 5) return flow(Math.ceil(dirty), limitMs, standing);
      say(world, task, `auto-increased downtime to continue migration: ${limitMs * 2} ms`);
      return flow(Math.ceil(dirty), limitMs * 2, 0);
    }
    const whole = Math.max(1, world.now - startedAt);
    say(
      world,
      task,
      `average migration speed: ${bytesText((memoryOf(guest) * 1000) / whole)}/s - downtime ${Math.round(pause) + 3} ms`,
    );
    say(world, task, `migration completed, transferred ${bytesText(sent)} VM-state`);
    say(world, task, "migration status: completed");
    return [{ do: "wait", ms: Math.round(pause) + 3 }];
  },
  "migrate.finish": (world, task, { vmid, target, online, moved, restart }) => {
    const guest = world.guests[vmid];
    const node = world.nodes[target];
    if (!guest || !node) return { fail: `no such cluster node '${target}'` };
    if (!hears(world, guest.node, target))
      return { fail: "Failed to move config to node - rename failed: connection lost" };
    const texts = new Map(disksOf(guest).map(({ key, text, volid }) => [key, { text, volid }]));
    const switched = moved.map(({ key, volid }) => {
      const old = texts.get(key);
      return { key, volid, old, found: old ? findVolume(world, guest.node, old.volid) : undefined };
    });
    const gone = switched.find(({ old, found }) => !old || !found);
    if (gone) return { fail: `volume of '${gone.key}' is gone` };
    for (const { key, volid, old, found } of switched) {
      if (!old || !found) continue;
      removeVolume(world, found.backing, old.volid);
      guest.config[key] = withDisk(guest.kind, old.text, { volid });
    }
    delete guest.config.lock;
    task.cleanup = [];
    guest.node = target;
    if (online && guest.run.kind !== "stopped") {
      guest.run = { ...guest.run, pid: nextPid(node), since: world.now };
      noteRun(world, guest, target);
    }
    if (restart) {
      say(world, task, "start container on target node");
      launch(world, guest);
    }
    const where = task.starttime;
    return [
      { do: "wait", ms: online ? 1200 : 300 },
      stamp(`migration finished successfully (duration ${clockText(world.now - where + (online ? 1200 : 300))})`),
    ];
  },
  "migrate.abort": (world, task, { phase }) => {
    const took = clockText(world.now - task.starttime);
    if (phase === 2) {
      say(world, task, `ERROR: online migrate failure - ${task.error}`);
      say(world, task, "aborting phase 2 - cleanup resources");
      say(world, task, "migrate_cancel");
      say(world, task, `ERROR: migration finished with problems (duration ${took})`);
      return { fail: "migration problems" };
    }
    if (phase === 1) {
      say(world, task, `ERROR: ${task.error}`);
      say(world, task, "aborting phase 1 - cleanup resources");
    }
    say(world, task, `ERROR: migration aborted (duration ${took}): ${task.error}`);
    return { fail: "migration aborted" };
  },
  "migrate.drop-target": (world, _task, { target, volid }) => {
    const found = findVolume(world, target, volid);
    if (found) removeVolume(world, found.backing, volid);
    return undefined;
  },
};

type Placed = { key: string; source: string; volid: string; used: number; size: number; lines: string[] };

/** Makes the volumes on the target that the disks will be copied into; none of them stays if one cannot be made. */
const place = (
  world: World,
  guest: Guest,
  target: string,
  moved: { disk: Scan["local"][number]; storage: string }[],
): Placed[] | string => {
  const placed: Placed[] = [];
  for (const { disk, storage } of moved) {
    const made = allocate(world, target, guest.kind === "qemu" ? "images" : "rootdir", {
      storage,
      vmid: guest.vmid,
      size: disk.size,
      format: disk.format,
    });
    if (typeof made === "string") {
      for (const { volid } of placed) {
        const found = findVolume(world, target, volid);
        if (found) removeVolume(world, found.backing, volid);
      }
      return made;
    }
    placed.push({
      key: disk.key,
      source: disk.volid,
      volid: made.volid,
      used: disk.used,
      size: disk.size,
      lines: formattingLine(world, made),
    });
  }
  return placed;
};

const copyOne = (
  world: World,
  guest: Guest,
  disk: Placed,
  { target, progress, cap }: { target: string; progress: "dd" | "mirror"; cap: number },
): Step[] => {
  const source = backingOf(world, guest.node, storageOf(disk.source));
  const there = backingOf(world, target, storageOf(disk.volid));
  const begin: Step[] =
    progress === "dd"
      ? disk.lines.map(stamp)
      : [
          stamp(
            `${disk.key}: start migration to nbd:unix:/run/qemu-server/${guest.vmid}_nbd.migrate:exportname=drive-${disk.key}`,
          ),
          { do: "log", text: `drive mirror is starting for drive-${disk.key}` },
        ];
  return [
    ...begin,
    copyStep(world, {
      ...(source ? { source } : {}),
      ...(there ? { target: there } : {}),
      from: guest.node,
      to: target,
      // Holes are read too, only faster than they could be sent.
      bytes: Math.max(1, disk.used + (disk.size - disk.used) * 0.05),
      cap: Math.min(tunnelCap, cap > 0 ? cap : tunnelCap),
      progress:
        progress === "dd"
          ? { kind: "dd", of: disk.size }
          : { kind: "mirror", of: disk.size, drive: `drive-${disk.key}` },
    }),
    {
      do: "act",
      act: {
        kind: "migrate.copied",
        vmid: guest.vmid,
        key: disk.key,
        target,
        volid: disk.volid,
        used: disk.used,
        startedAt: world.now,
      },
    },
  ];
};
