import astronomy from "@orrery/example-astronomy-lab";
import { inventoryOf, type Lab, parseLab } from "@orrery/model";
import { drainNodes, lookAt, recoverGuests } from "@orrery/procedures";
import { worldOf } from "@orrery/twin-lab";
import {
  type AskedFault,
  addBacking,
  addGuest,
  advanceTo,
  allocate,
  bareWorld,
  dict,
  startGuest,
  type World,
} from "@orrery/twin-world";
import { monteCarlo, type Rehearsal, rehearse } from "@orrery/workflow";

const labOf = (): Lab => {
  const parsed = parseLab(astronomy);
  if (parsed.kind === "problems") throw new Error("The example lab has problems.");
  return parsed.lab;
};

type Took = { readonly ms: number; readonly cpuMs: number };

/** Wall time, and the processor's own: the two part where others use the machine too. */
const timed = async <T>(work: () => Promise<T>): Promise<[result: T, took: Took]> => {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return [result, { ms: performance.now() - began, cpuMs: (user + system) / 1000 }];
};

const hour = 3_600_000;

const livedLab = (lab: Lab, days: number): World => {
  const world = worldOf(lab, { now: Date.UTC(2026, 10, 22, 8) - days * 24 * hour });
  advanceTo(world, Date.UTC(2026, 10, 22, 8));
  return world;
};

/** So many nodes with so many guests on a shared storage. */
const crowd = (nodes: number, guests: number): World => {
  const names = Array.from({ length: nodes }, (_, index) => `pve${String(index + 1).padStart(2, "0")}`);
  const world = bareWorld({ nodes: names });
  for (const node of Object.values(world.nodes)) node.hardware.memory = 512 * 2 ** 30;
  world.storages.nas = {
    type: "nfs",
    id: "nas",
    options: dict<string | number>([
      ["server", "nas"],
      ["content", "images"],
    ]),
  };
  addBacking(world, { id: "nas", place: { kind: "host", vertex: "host:nas" }, total: 1e16 });
  world.mounts.nas = "nas";
  world.network.links.nas = {
    id: "nas",
    ends: ["host:nas", "switch:sw1"],
    bitsPerSecond: 100e9,
    members: 1,
    health: 1,
  };
  for (let index = 0; index < guests; index++) {
    const vmid = 100 + index;
    const node = names[index % nodes] ?? "";
    const disk = allocate(world, node, "images", { storage: "nas", vmid, size: 32 * 2 ** 30, used: 10 * 2 ** 30 });
    if (typeof disk === "string") throw new Error(disk);
    addGuest(world, {
      vmid,
      kind: "qemu",
      node,
      config: dict<string | number>([
        ["name", `guest${vmid}`],
        ["memory", "4096"],
        ["cores", 2],
        ["agent", "1"],
        ["scsi0", `${disk.volid},size=32G`],
      ]),
      installed: true,
    });
    startGuest(world, { user: "root@pam" }, { node, kind: "qemu", vmid });
  }
  advanceTo(world, world.now + hour);
  return world;
};

const rolling = (world: World, stops: ReadonlySet<number>): Promise<Rehearsal> =>
  rehearse({
    world,
    until: world.now + 90 * 24 * hour,
    script: (pve, clock, tell) =>
      drainNodes(pve, clock, tell, {
        nodes: Object.keys(world.nodes),
        stopping: [...stops],
      }),
  });

const row = (what: string, { timeline, from, to, requests, outcome }: Rehearsal, { ms, cpuMs }: Took): string => {
  const moves = timeline.filter((one) => one.kind === "task" && one.type === "qmigrate").length;
  const cells = [
    what.padEnd(28),
    `${moves} moves`.padStart(12),
    `${((to - from) / hour).toFixed(1)} h`.padStart(9),
    `${requests}`.padStart(10),
    `${ms.toFixed(0)} ms`.padStart(10),
    `${cpuMs.toFixed(0)} ms`.padStart(10),
    outcome.kind === "done" ? "" : `  ${outcome.kind}: ${outcome.why.slice(0, 60)}`,
  ];
  return cells.join("");
};

const benchMany = async (print: (line: string) => void, lab: Lab): Promise<void> => {
  const world = livedLab(lab, 2);
  const { nodes } = inventoryOf(lab);
  const names = [...nodes.keys()];
  const runs = 60;
  const [chances, { ms, cpuMs }] = await timed(() =>
    monteCarlo({
      world,
      runs,
      seed: 1,
      rehearsing: ({ world: one, draw }) => {
        const node = names[Math.floor(draw() * names.length)] ?? "";
        const failure: AskedFault = { subject: { kind: "node", node }, what: { kind: "loses-power" }, at: one.now };
        return {
          lab,
          faults: [failure],
          script: async (pve, clock, tell) => {
            const before = await lookAt(pve, clock);
            await clock.sleep(600_000);
            return recoverGuests(pve, clock, tell, { before, off: [node] });
          },
        };
      },
    }),
  );
  print(
    `Loss of a node of the lab and its recovery, ${chances.runs} times: ${((runs / ms) * 1000).toFixed(1)} runs a second, ${((runs / cpuMs) * 1000).toFixed(1)} by CPU time`,
  );
};

/** How long it takes to rehearse, and how that grows with nodes and guests. */
export const benchRehearsal = async (print: (line: string) => void): Promise<void> => {
  const lab = labOf();
  const world = livedLab(lab, 1);
  // The guests of node04 are given more memory than all other nodes have, those of node05 more than is left: they stop.
  const stops = new Set(
    Object.values(world.guests)
      .filter(({ node }) => node === "node04" || node === "node05")
      .map(({ vmid }) => vmid),
  );
  print("Rolling drain, all nodes, there and back       moves   virtual  requests      took       CPU");
  await rolling(world, stops);
  const all: Took[] = [];
  let last: Rehearsal | undefined;
  for (let time = 0; time < 5; time++) {
    const [rehearsal, took] = await timed(() => rolling(world, stops));
    all.push(took);
    last = rehearsal;
  }
  const median = all.toSorted((a, b) => a.ms - b.ms)[2];
  if (last !== undefined && median !== undefined) print(row("the lab (target 300 ms)", last, median));
  for (const [nodes, guests] of [
    [5, 50],
    [5, 200],
    [16, 200],
    [16, 500],
  ] as const) {
    const crowded = crowd(nodes, guests);
    const [rehearsal, took] = await timed(() => rolling(crowded, new Set()));
    print(row(`${nodes} nodes, ${guests} guests`, rehearsal, took));
  }
  await benchMany(print, lab);
};
