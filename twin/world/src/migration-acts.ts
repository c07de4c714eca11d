import { isQuorate } from "./corosync.ts";
import type { Guest } from "./guest.ts";
import { bridgesOf, isRunning, memoryOf } from "./guest-config.ts";
import { launch, noteRun } from "./guest-power.ts";
import { localStamp } from "./local-time.ts";
import { localDevices } from "./migrate-guest.ts";
import { copyVolume, type Placed, placeVolumes, renameVolumes, scanVolumes, whereNamed } from "./migration-disks.ts";
import type { ActsFor } from "./outcome.ts";
import { hears } from "./reach.ts";
import { turnReplication } from "./replication.ts";
import type { Step } from "./step.ts";
import type { Task } from "./task.ts";
import { copyStep, tunnelCap } from "./transfer.ts";
import { bytesText, clockText } from "./units.ts";
import { findVolume, removeVolume, setUsed } from "./volume.ts";
import { nextPid, startTask } from "./worker.ts";
import type { World } from "./world.ts";

const stamp = (text: string): Step => ({ do: "act", act: { kind: "log.stamp", text } });

const say = (world: World, task: Task, text: string): void => {
  task.log.push(`${localStamp(world.now, world.nodes[task.node]?.timezone ?? "UTC")} ${text}`);
};

/** QEMU's downtime limit at the start, and the share of its memory that a guest changes over and over. */
const downtimeMs = 100;
const workingSet = 0.2;

/** Why a running guest cannot take its local disks with it. */
const whyNotLive = (guest: Guest, attached: string[], withDisks: boolean): string | undefined => {
  if (attached.length === 0) return undefined;
  if (!withDisks)
    return `can't migrate local disk '${attached[0]}': can't live migrate attached local disks without with-local-disks option`;
  return Object.keys(guest.snapshots).length > 0
    ? "online storage migration not possible if non-replicated snapshot exists"
    : undefined;
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
  "migrate.begin": (world, task, { vmid, target, online: onlineAsked, localDisks, storage, force, cap }) => {
    const guest = world.guests[vmid];
    const address = world.nodes[target]?.address ?? "";
    if (!guest) return { fail: `VM ${vmid} does not exist` };
    if (!hears(world, guest.node, target, "migration"))
      return { fail: "Can't connect to destination address using public key" };
    const online = isRunning(guest) && guest.kind === "qemu";
    const restart = isRunning(guest) && guest.kind === "lxc";
    if (online && !onlineAsked) return { fail: "can't migrate running VM without --online" };
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
    const found = scanVolumes(world, guest, target);
    for (const { volid, key } of found.local) {
      say(
        world,
        task,
        `found local ${guest.kind === "qemu" ? "disk" : "volume"} '${volid}' (${whereNamed(guest, key)})`,
      );
    }
    const aborted = (message: string): Step[] => [
      cleanup,
      { do: "fail", message },
      { do: "catch", act: { kind: "migrate.abort", vmid, phase: 1 } },
    ];
    const attached = found.local.filter(({ key }) => key !== "" && !key.startsWith("unused"));
    const why =
      found.why ??
      (online
        ? whyNotLive(
            guest,
            attached.map(({ volid }) => volid),
            localDisks,
          )
        : undefined);
    if (why !== undefined) {
      say(world, task, why);
      return aborted(abortedScan);
    }
    const placed = placeVolumes(world, guest, target, { local: found.local, storage });
    if (typeof placed === "string") return aborted(placed);
    const drops = placed
      .filter(({ replica }) => !replica)
      .map(({ there }) => ({ kind: "migrate.drop-target" as const, target, volid: there }));
    const moved = placed.map(({ volid, there, replica }) => ({ volid, there, replica }));
    const finish: Step[] = [{ do: "act", act: { kind: "migrate.finish", vmid, target, online, moved, restart } }];
    const mirrored = online ? placed.filter(({ key }) => key !== "" && !key.startsWith("unused")) : [];
    const offline = placed.filter((disk) => !mirrored.includes(disk));
    const copied = (disk: Placed): Step => ({
      do: "act",
      act: {
        kind: "migrate.copied",
        vmid,
        target,
        from: disk.volid,
        volid: disk.there,
        used: disk.used,
        mirror: mirrored.includes(disk),
      },
    });
    const copyOffline: Step[] = [
      ...(offline.length > 0 ? [stamp("copying local disk images"), { do: "wait" as const, ms: 700 }] : []),
      ...offline.flatMap((disk) => [
        ...disk.lines.map(stamp),
        copyVolume(world, guest, disk, { target, mirror: false, cap }),
        copied(disk),
      ]),
    ];
    const copyMirrored = mirrored.flatMap((disk): Step[] => [
      stamp(
        `${disk.key}: start migration to nbd:unix:/run/qemu-server/${vmid}_nbd.migrate:exportname=drive-${disk.key}`,
      ),
      { do: "log", text: `drive mirror is starting for drive-${disk.key}` },
      copyVolume(world, guest, disk, { target, mirror: true, cap }),
      copied(disk),
    ]);
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
        ...copyOffline,
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
      ...copyOffline,
      stamp(`starting VM ${vmid} on remote node '${target}'`),
      { do: "act", act: { kind: "migrate.remote-start", vmid, target } },
      { do: "wait", ms: 1500 },
      ...mirrored.map(({ volid, there }) => stamp(`volume '${volid}' is '${there}' on the target`)),
      stamp("start remote tunnel"),
      { do: "wait", ms: 600 },
      stamp("ssh tunnel ver 1"),
      { do: "catch", act: { kind: "migrate.abort", vmid, phase: 1 } },
      ...(mirrored.length > 0 ? [stamp("starting storage migration")] : []),
      ...copyMirrored,
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
      ...mirrored.flatMap(({ key }) =>
        [
          `drive-${key}: Completing block job...`,
          `drive-${key}: Completed successfully.`,
          `drive-${key}: mirror-job finished`,
        ].map((text): Step => ({ do: "log", text })),
      ),
      { do: "wait", ms: 1500 },
      ...(mirrored.length > 0 ? [stamp("stopping NBD storage migration server on target.")] : []),
      ...finish,
      { do: "catch", act: { kind: "migrate.abort", vmid, phase: 2 } },
    ];
  },
  "migrate.copied": (world, task, { target, from, volid, used, mirror }) => {
    const there = findVolume(world, target, volid);
    if (!there) return { fail: `volume '${volid}' is gone on the target` };
    setUsed(world, there.backing, there.volume, Math.max(there.volume.used, used));
    if (mirror) {
      task.log.push("all 'mirror' jobs are ready");
      return undefined;
    }
    const { size } = there.volume;
    say(world, task, `${size} bytes (${(size / 1e9).toFixed(1)} GB, ${bytesText(size)}) copied`);
    say(world, task, `successfully imported '${volid}'`);
    say(world, task, `volume '${from}' is '${volid}' on the target`);
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
    if (!hears(world, guest.node, target) || !isQuorate(world, guest.node))
      return { fail: "Failed to move config to node - rename failed: connection lost" };
    const found = moved.map((one) => ({ ...one, source: findVolume(world, guest.node, one.volid) }));
    const gone = found.find(({ source }) => !source);
    if (gone) return { fail: `volume '${gone.volid}' is gone` };
    const kept = moved.some(({ replica }) => replica);
    // What is replicated stays behind as the replica of the way back.
    for (const { volid, replica, source } of found) if (source && !replica) removeVolume(world, source.backing, volid);
    renameVolumes(guest, new Map(moved.map(({ volid, there }) => [volid, there])));
    if (kept) turnReplication(world, guest, target);
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
