import astronomy from "@orrery/example-astronomy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { worldOf } from "@orrery/twin-lab";
import {
  addBacking,
  addGuest,
  advanceTo,
  allocate,
  bareWorld,
  dict,
  fault,
  nodeRrd,
  nodesFigures,
  planJobs,
  saveWorld,
  startGuest,
  type World,
  wakeHa,
} from "@orrery/twin-world";

const day = 86_400_000;
const root = { user: "root@pam" };

const timed = <T>(work: () => T): [result: T, ms: number] => {
  const began = performance.now();
  const result = work();
  return [result, performance.now() - began];
};

const labOf = (): Lab => {
  const parsed = parseLab(astronomy);
  if (parsed.kind === "problems") throw new Error("The example lab has problems.");
  return parsed.lab;
};

/** A failure every month: nodes that lose power, hang or are cut off, for half an hour each. */
const addFailures = (world: World): void => {
  const nodes = Object.keys(world.nodes);
  for (let month = 1; month <= 12; month++) {
    const node = nodes[month % nodes.length] ?? "";
    const kind = (["loses-power", "hangs", "is-partitioned"] as const)[month % 3] ?? "hangs";
    const at = world.now + month * 28 * day;
    fault(world, { subject: { kind: "node", node }, what: { kind }, at, until: at + 1_800_000 });
  }
};

/** A cluster of so many guests, each with a disk of 64 GiB, backed up every night, one in four an HA resource. */
const crowd = (guests: number): World => {
  const nodes = Array.from({ length: Math.max(3, Math.ceil(guests / 312)) }, (_, index) => `pve${index + 1}`);
  const world = bareWorld({ nodes });
  world.storages.pbs = {
    type: "pbs",
    id: "pbs",
    options: dict<string | number>([
      ["server", "pbs"],
      ["content", "backup"],
      ["prune-backups", "keep-daily=14"],
    ]),
  };
  world.storages.nas = {
    type: "nfs",
    id: "nas",
    options: dict<string | number>([
      ["server", "nas"],
      ["content", "images"],
    ]),
  };
  for (const id of ["pbs", "nas"]) {
    addBacking(world, { id, place: { kind: "host", vertex: `host:${id}` }, total: 1e16 });
    world.mounts[id] = id;
    world.network.links[id] = { id, ends: [`host:${id}`, "switch:sw1"], bitsPerSecond: 100e9, members: 1, health: 1 };
  }
  for (let index = 0; index < guests; index++) {
    const vmid = 100 + index;
    const node = nodes[index % nodes.length] ?? "pve1";
    const disk = allocate(world, node, "images", { storage: "nas", vmid, size: 64 * 2 ** 30, used: 20 * 2 ** 30 });
    if (typeof disk === "string") throw new Error(disk);
    const config = dict<string | number>([
      ["memory", "2048"],
      ["cores", 2],
      ["agent", "1"],
      ["scsi0", `${disk.volid},size=64G`],
    ]);
    addGuest(world, {
      vmid,
      kind: "qemu",
      node,
      config,
      installed: true,
      load: { profile: "office", cpu: 0.1, memory: 0.5 },
    });
    startGuest(world, root, { node, kind: "qemu", vmid });
    if (index % 4 === 0)
      world.ha.resources[`vm:${vmid}`] = {
        type: "vm",
        id: `${vmid}`,
        options: dict<string | number>([["state", "started"]]),
      };
  }
  wakeHa(world);
  world.jobs.backup.nightly = {
    type: "vzdump",
    id: "nightly",
    options: dict<string | number>([
      ["schedule", "02:00"],
      ["all", 1],
      ["storage", "pbs"],
    ]),
  };
  planJobs(world);
  return world;
};

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** How fast the world of the twin is: a year of the lab, and how time and memory grow with guests and days. */
export const benchTwinWorld = (print: (line: string) => void): void => {
  const lab = labOf();
  worldOf(lab);
  const [world, boot] = timed(() => worldOf(lab));
  print(`The lab's world, built: ${ms(boot)}`);
  addFailures(world);
  const [events, year] = timed(() => advanceTo(world, world.now + 365 * day));
  const tasks = Object.values(world.tasks);
  const failed = tasks.filter(({ state }) => state.kind === "ended" && state.exitstatus !== "OK").length;
  print(
    `A year of it with twelve failures: ${ms(year)}, ${events} events, ${tasks.length} tasks kept, ${failed} of them failed`,
  );
  const [text, save] = timed(() => saveWorld(world));
  print(`Saved: ${ms(save)}, ${(text.length / 1e6).toFixed(1)} MB`);
  print("");
  print("guests   days   events   events/s     run       figures    a day of rows   saved");
  for (const [guests, days] of [
    [100, 30],
    [100, 120],
    [300, 30],
    [1_000, 30],
    [10_000, 2],
  ] as const) {
    const crowded = crowd(guests);
    const [count, run] = timed(() => advanceTo(crowded, crowded.now + days * day));
    const [, figures] = timed(() => nodesFigures(crowded, crowded.now));
    const [, rows] = timed(() => nodeRrd(crowded, "pve1", "day", "AVERAGE"));
    const size = saveWorld(crowded).length / 1e6;
    const cells = [
      `${guests}`.padEnd(8),
      `${days}`.padEnd(6),
      `${count}`.padEnd(8),
      `${Math.round((count / run) * 1000)}`.padEnd(12),
    ];
    print(
      `${cells.join(" ")}${ms(run).padEnd(10)}${ms(figures).padEnd(11)}${ms(rows).padEnd(16)}${size.toFixed(1)} MB`,
    );
  }
};
