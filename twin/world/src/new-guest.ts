import type { Config } from "./config.ts";
import { dict } from "./dict.ts";
import { emptyFirewall } from "./firewall.ts";
import type { Guest, GuestKind } from "./guest.ts";
import type { LoadShape } from "./load.ts";
import type { World } from "./world.ts";

export type NewGuest = {
  vmid: number;
  kind: GuestKind;
  node: string;
  config: Config;
  /** Whether a system is on its disks: without one a guest hears no shutdown request and has no agent. */
  installed: boolean;
  load?: Partial<LoadShape>;
};

/** A load of a guest of which nothing is known: next to idle. */
const idle = (vmid: number, seed: number): LoadShape => ({
  profile: "steady",
  seed: (seed * 31 + vmid) | 0,
  cpu: 0.02,
  memory: 0.35,
  netIn: 1_500,
  netOut: 900,
  diskRead: 2_000,
  diskWrite: 12_000,
});

/** Puts a stopped guest with this configuration on a node. Its disks must be there already. */
export const addGuest = (world: World, { vmid, kind, node, config, installed, load }: NewGuest): Guest => {
  const guest: Guest = {
    vmid,
    kind,
    node,
    config,
    pending: dict(),
    snapshots: dict(),
    run: { kind: "stopped" },
    agent: installed && kind === "qemu" ? "present" : "absent",
    firewall: emptyFirewall(),
    load: { ...idle(vmid, world.seed), ...load },
    bootMs: kind === "qemu" ? 25_000 : 3_000,
    shutdownMs: kind === "qemu" ? 6_000 : 1_500,
    obeysShutdown: installed,
    dirtyBytesPerSecond: 8e6,
    changeBytesPerSecond: 50e3,
    bitmaps: dict(),
    history: [],
  };
  world.guests[vmid] = guest;
  return guest;
};
