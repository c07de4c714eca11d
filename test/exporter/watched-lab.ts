import { Measure } from "@orrery/collect";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { worldOf } from "@orrery/twin-lab";
import { addGuest, dict, type World } from "@orrery/twin-world";
import { type WatchedWorld, watchedWorld } from "../monitor/watched-world.ts";

/** The twin of the tidy lab, with one of everything that has a metric: a subscription, a guest outside every job. */
export const labWorld = (): World => {
  const parsed = parseLab(tidy);
  if (parsed.kind !== "lab") throw new Error("the tidy lab does not parse");
  const world = worldOf(parsed.lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) });
  const config = dict<string | number>([
    ["name", "forgotten"],
    ["memory", "256"],
    ["tags", "b;a"],
    ["onboot", 1],
  ]);
  addGuest(world, { vmid: 9001, kind: "qemu", node: "pve1", config, installed: true });
  return world;
};

/** That lab, watched for some minutes. */
export const watchedLab = async (): Promise<WatchedWorld> => {
  const lab = await watchedWorld(labWorld());
  await lab.pve.request("PUT", "/nodes/{node}/subscription", { node: "pve1", key: "pve2c-0123456789" });
  const { data } = await lab.pve.request("GET", "/cluster/backup");
  for (const { id, all } of data as readonly { readonly id: string; readonly all?: number }[])
    if (all === 1) await lab.pve.request("PUT", "/cluster/backup/{id}", { id, exclude: "9001" });
  await lab.pass(5 * 60_000);
  return lab;
};

export const pageOf = ({ monitor }: WatchedWorld): string =>
  new Measure().page(monitor.seen(), { cluster: true, node: true }).text("prometheus");
