import { setImmediate } from "node:timers/promises";
import { type Exchange, Monitor, type MonitorOptions, type Port } from "@orrery/collect";
import { type PveVersion, proxmoxOver } from "@orrery/contract";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import {
  addGuest,
  allocate,
  bareWorld,
  dict,
  type Release,
  startGuest,
  VirtualClock,
  type World,
} from "@orrery/twin-world";

/** Five nodes unless told, and so many virtual machines that run on them. */
export const crowdedWorld = (guests: number, nodes = 5, release: Release = "9.2"): World => {
  const names = Array.from({ length: nodes }, (_, index) => `pve${index + 1}`);
  const world = bareWorld({ nodes: names, release });
  for (let vmid = 100; vmid < 100 + guests; vmid += 1) {
    const node = names[vmid % names.length] ?? "";
    const disk = allocate(world, node, "images", { storage: "local", vmid, size: 2 ** 31 });
    if (typeof disk === "string") throw new Error(disk);
    const config = dict<string | number>([
      ["name", `vm${vmid}`],
      ["memory", "256"],
      ["cores", 2],
      ["onboot", vmid % 2],
      ["tags", "web;prod"],
      ["scsi0", `${disk.volid},size=2G`],
      ["net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0"],
    ]);
    addGuest(world, { vmid, kind: "qemu", node, config, installed: true });
    startGuest(world, { user: "root@pam" }, { node, kind: "qemu", vmid });
  }
  return world;
};

export type WatchedWorld = {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly monitor: Monitor;
  readonly pve: Port;
  /** Every request with the moment it ended, in milliseconds since the watching began. */
  readonly asked: (Exchange & { readonly at: number })[];
  /** Lets the monitor run for so long. */
  readonly pass: (milliseconds: number) => Promise<void>;
};

/** A world that is watched in process and in its own time. */
export const watchedWorld = async (world: World, options: MonitorOptions = {}): Promise<WatchedWorld> => {
  const clock = new VirtualClock(world, () => setImmediate());
  await clock.advance(world.now + 60_000);
  const pve = proxmoxOver<PveVersion>(
    world.release,
    new InProcessTransport(twinOf(world, "a secret"), { clock }),
    clock,
  );
  const asked: WatchedWorld["asked"] = [];
  const began = clock.now();
  const monitor = new Monitor(pve, clock, {
    ...options,
    told: (exchange) => asked.push({ ...exchange, at: clock.now() - began }),
  });
  const pass = async (milliseconds: number): Promise<void> => {
    const controller = new AbortController();
    const ending = clock.sleep(milliseconds).then(() => controller.abort("enough"));
    await clock.drive(Promise.all([monitor.run(controller.signal), ending]));
  };
  return { world, clock, monitor, pve, asked, pass };
};
