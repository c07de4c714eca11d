import type { Call, Handlers } from "../call.ts";
import { cpuModels } from "../cpu-models.ts";
import { fail } from "../problem.ts";

/** Versions of QEMU whose machine types a node offers, the newest first. */
const machineVersions: Readonly<Record<"8.4" | "9.2", readonly string[]>> = {
  "8.4": ["9.2+pve1", "9.2", "9.1", "9.0", "8.2", "8.1", "8.0", "7.2", "7.1", "7.0", "6.2", "6.1", "6.0"],
  "9.2": ["10.1", "10.0+pve1", "10.0", "9.2+pve1", "9.2", "9.1", "9.0", "8.2", "8.1", "8.0", "7.2", "7.1", "7.0", "6.2", "6.1", "6.0"],
};

const machines = (call: Call): unknown =>
  machineVersions[call.world.release].flatMap((version) => [
    { id: `pc-i440fx-${version}`, type: "i440fx", version },
    { id: `pc-q35-${version}`, type: "q35", version },
  ]);

export const nodeCapabilities: Handlers = {
  "GET /nodes/{node}/capabilities/qemu/cpu": () => Object.entries(cpuModels).map(([name, vendor]) => ({ name, vendor, custom: 0 })),
  "GET /nodes/{node}/capabilities/qemu/machines": machines,
  "GET /cluster/qemu/cpu-flags": () => fail("Cannot query understood QEMU CPU flags for architecture: x86_64 (file not found)"),
  "GET /cluster/qemu/custom-cpu-models": () => [],
};
