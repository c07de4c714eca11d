import type { Call, Handlers } from "../call.ts";
import { cpuModels } from "../cpu-models.ts";
import { machineTypes } from "../machine-types.ts";
import { fail } from "../problem.ts";
import { nodeOfCall } from "./node-of-call.ts";

const cpus = (call: Call): unknown => {
  if (call.text("arch") === "aarch64") return ["max", "host"].map((name) => ({ name, vendor: "default", custom: 0 }));
  const built = Object.entries(cpuModels).map(([name, vendor]) => ({
    name,
    vendor,
    custom: 0,
    ...(name.startsWith("x86-64-") ? { abstract: 1 } : {}),
  }));
  const own = Object.values(call.world.cpuModels ?? {}).map((model) => ({
    name: `custom-${model.id}`,
    vendor: String(model.options["reported-model"] ?? "default"),
    custom: 1,
  }));
  return [...built, ...own];
};

const flags = (): unknown => fail("Cannot query understood QEMU CPU flags for architecture: x86_64 (file not found)");

export const nodeCapabilities: Handlers = {
  "GET /nodes/{node}/capabilities": () => [{ name: "qemu" }],
  "GET /nodes/{node}/capabilities/qemu": () => ["cpu", "cpu-flags", "machines", "migration"].map((name) => ({ name })),
  "GET /nodes/{node}/capabilities/qemu/cpu": cpus,
  "GET /nodes/{node}/capabilities/qemu/cpu-flags": flags,
  "GET /nodes/{node}/capabilities/qemu/machines": (call) => machineTypes(nodeOfCall(call).versions.qemu),
  // The one flag that the API writes as JSON's own.
  "GET /nodes/{node}/capabilities/qemu/migration": () => ({ "has-dbus-vmstate": true }),
  "GET /cluster/qemu/cpu-flags": flags,
};
