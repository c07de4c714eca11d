/* The process that the twin's speed is measured in. It is told what to measure and answers with figures. */

import { startTwin } from "@orrery/twin-server";
import {
  addGuest,
  advanceTo,
  bareWorld,
  dict,
  draw,
  type FaultKind,
  fault,
  type Step,
  type Subject,
  startTask,
  type Task,
  type World,
} from "@orrery/twin-world";

/** A world of many guests with a disk each, most of them running. */
export const crowdedWorld = (nodes: number, guests: number): World => {
  const names = Array.from({ length: nodes }, (_, index) => `pve${index + 1}`);
  const world = bareWorld({ nodes: names, now: Date.now() });
  for (let index = 0; index < guests; index++) {
    const vmid = 100 + index;
    const node = names[index % nodes] ?? "pve1";
    const config = dict<string | number>([
      ["name", `guest${vmid}`],
      ["memory", "4096"],
      ["cores", 2],
      ["scsi0", `local:${vmid}/vm-${vmid}-disk-0.qcow2,size=32G`],
      ["net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0"],
      ["tags", "bench"],
    ]);
    const guest = addGuest(world, {
      vmid,
      kind: "qemu",
      node,
      config,
      installed: true,
      load: { profile: "web", cpu: 0.1 },
    });
    if (index % 10 === 9) continue;
    const since = world.now - 86_400_000;
    guest.run = { kind: "running", pid: 1000 + index, since, agentAt: since };
    guest.history.push([since, node]);
  }
  return world;
};

const day = 86_400_000;

/** A dozen failures over a year, each some hours. */
const strike = (world: World, days: number): void => {
  const nodes = Object.keys(world.nodes);
  const links = Object.keys(world.network.links);
  const kinds: [Subject, FaultKind][] = Array.from({ length: 12 }, (_, index): [Subject, FaultKind] => {
    const node = nodes[index % nodes.length] ?? "";
    if (index % 3 === 0) return [{ kind: "node", node }, { kind: "loses-power" }];
    if (index % 3 === 1) return [{ kind: "link", link: links[index % links.length] ?? "" }, { kind: "is-lost" }];
    return [{ kind: "node", node }, { kind: "hangs" }];
  });
  for (const [index, [subject, what]] of kinds.entries()) {
    const at = world.now + ((index + 0.5) / kinds.length) * days * day;
    fault(world, { subject, what, at, until: at + 3_600_000 * (1 + (index % 4)) });
  }
};

export type LifeFigures = {
  readonly days: number;
  readonly guests: number;
  readonly events: number;
  readonly cpuMs: number;
  readonly heapMb: number;
  readonly savedMb: number;
};

/** CPU milliseconds of this process that the work takes. */
const cpuOf = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const heapMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
};

/** A lab's life: backups, prunes, load and a dozen failures. `times` makes it of so many copies of its guests. */
export const live = async (path: string, days: number, times = 1): Promise<LifeFigures> => {
  const { loadDeclaration } = await import("@orrery/declaration");
  const { worldOf } = await import("@orrery/twin-lab");
  const { saveWorld } = await import("@orrery/twin-world");
  const read = await loadDeclaration(path);
  if (read.kind === "refused") throw new Error(JSON.stringify(read.problems));
  const { lab } = read;
  const items = Array.from({ length: times }, (_, copy) =>
    lab.guests.items.map((guest) => ({ ...guest, name: copy === 0 ? guest.name : `${guest.name}-${copy}` })),
  ).flat();
  const world = worldOf({ ...lab, guests: { ...lab.guests, items } });
  strike(world, days);
  const before = heapMb();
  let events = 0;
  const cpuMs = cpuOf(() => {
    events = advanceTo(world, world.now + days * day);
  });
  return {
    days,
    guests: items.length,
    events,
    cpuMs,
    heapMb: heapMb() - before,
    savedMb: saveWorld(world).length / 1e6,
  };
};

/** Four queues with one server each, exponential gaps and services, utilisation 0.8: the same as queue.py in SimPy. */
export const queue = (customers: number): { cpuMs: number; meanWait: number } => {
  const names = ["pve1", "pve2", "pve3", "pve4"];
  const world = bareWorld({ nodes: names, now: 0 });
  const exponential = (mean: number): number => -mean * Math.log(1 - draw(world.random));
  const next = new Map(names.map((name) => [name, exponential(10_000)]));
  const served: { task: Task; service: number }[] = [];
  const cpuMs = cpuOf(() => {
    for (let count = 0; count < customers; count++) {
      const [name, at] = [...next].reduce((first, other) => (other[1] < first[1] ? other : first));
      next.set(name, at + exponential(10_000));
      const node = world.nodes[name];
      if (!node) continue;
      advanceTo(world, at);
      const service = exponential(8_000);
      const steps: Step[] = [
        { do: "lock", name: `queue/${name}`, timeoutMs: 1e12 },
        { do: "wait", ms: service },
      ];
      served.push({
        task: startTask(world, { node, type: "bench", id: "", user: "root@pam", silent: true, steps }),
        service,
      });
    }
    advanceTo(world, world.now + 1e8);
  });
  const waits = served.map(({ task, service }) =>
    task.state.kind === "ended" ? task.state.at - task.starttime - service : Number.NaN,
  );
  return { cpuMs, meanWait: waits.reduce((sum, wait) => sum + wait, 0) / customers / 1000 };
};

/** Serves a crowded world until it is told to stop; tells its CPU time and memory when asked. */
const serve = async (nodes: number, guests: number): Promise<void> => {
  const twin = await startTwin({ world: crowdedWorld(nodes, guests), tokens: { "root@pam!bench": "secret-of-bench" } });
  process.on("message", (asked) => {
    if (asked === "cpu") process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
    if (asked === "change") {
      twin.changed();
      process.send?.({});
    }
    if (asked === "stop") void twin.stop().then(() => process.disconnect());
  });
  process.send?.({ url: twin.url });
};

if (import.meta.main) {
  const [what = "", first = "0", second = "0", third = "1"] = process.argv.slice(2);
  if (what === "serve") await serve(Number(first), Number(second));
  if (what === "live") process.stdout.write(JSON.stringify(await live(first, Number(second), Number(third))));
  if (what === "queue") process.stdout.write(JSON.stringify(queue(Number(first))));
}
