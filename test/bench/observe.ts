import { setImmediate } from "node:timers/promises";
import { essentials, everything, observe, observeAgain } from "@orrery/collect";
import { proxmoxOver } from "@orrery/contract";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { worldOf } from "@orrery/twin-lab";
import { addGuest, allocate, bareWorld, dict, startGuest, VirtualClock, type World } from "@orrery/twin-world";

/** Five nodes, and so many virtual machines that run on them. */
export const crowd = (guests: number): World => {
  const names = ["pve1", "pve2", "pve3", "pve4", "pve5"];
  const world = bareWorld({ nodes: names });
  for (let vmid = 100; vmid < 100 + guests; vmid += 1) {
    const node = names[vmid % names.length] ?? "";
    const disk = allocate(world, node, "images", { storage: "local", vmid, size: 2 ** 31 });
    if (typeof disk === "string") throw new Error(disk);
    const config = dict<string | number>([
      ["name", `vm${vmid}`],
      ["memory", "256"],
      ["cores", 2],
      ["scsi0", `${disk.volid},size=2G`],
      ["net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1"],
    ]);
    addGuest(world, { vmid, kind: "qemu", node, config, installed: true });
    startGuest(world, { user: "root@pam" }, { node, kind: "qemu", vmid });
  }
  return world;
};

export type ObserveFigures = { readonly what: string; readonly requests: number; readonly ms: number };

const timed = async <T>(work: () => T | Promise<T>): Promise<[T, number]> => {
  const began = performance.now();
  const result = await work();
  return [result, performance.now() - began];
};

/** What it costs to read a cluster of five nodes and 500 guests in process, and to build its twin. */
export const measureObserve = async (): Promise<ObserveFigures[]> => {
  const world = crowd(500);
  const clock = new VirtualClock(world, () => setImmediate());
  await clock.advance(world.now + 3_600_000);
  const pve = proxmoxOver("9.2", new InProcessTransport(twinOf(world, "a secret"), { clock }), clock);
  const figures: ObserveFigures[] = [];
  for (const [name, scope] of Object.entries({ essentials, everything })) {
    const [first, ms] = await timed(() => clock.drive(observe(pve, clock, { scope })));
    figures.push({ what: `${name}, 500 guests on 5 nodes`, requests: first.requests, ms });
    const [again, againMs] = await timed(() => clock.drive(observeAgain(first.state, pve, clock, { scope })));
    figures.push({ what: `${name}, a second look at once`, requests: again.requests, ms: againMs });
    if (scope !== everything) continue;
    const [, buildMs] = await timed(() => worldOf(first.state));
    figures.push({ what: "the twin of what was observed", requests: 0, ms: buildMs });
  }
  return figures;
};

export const observeTable = (figures: readonly ObserveFigures[]): string => {
  const rows = figures.map(
    ({ what, requests, ms }) => `  ${what.padEnd(36)}${String(requests).padStart(8)}${ms.toFixed(0).padStart(9)} ms`,
  );
  return ["Observing a cluster, in process             requests     time", ...rows].join("\n");
};
