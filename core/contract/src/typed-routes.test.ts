import { expectTypeOf, test } from "vitest";
import type { Proxmox } from "./proxmox.ts";
import type { AnswerOf, ParametersOf, PathOf } from "./typed-routes.ts";
import type { PveVersion } from "./version.ts";
import type { BooleanParameter, PveBoolean } from "./wire.ts";

// Nothing here runs: the type checker is the one that passes or fails it.
const uses = async (pve: Proxmox, both: Proxmox<PveVersion>) => {
  const config = await pve.get("/nodes/{node}/qemu/{vmid}/config", { node: "pve1", vmid: 100 });
  expectTypeOf(config.net0).toEqualTypeOf<string | undefined>();
  expectTypeOf(config.digest).toEqualTypeOf<string>();
  expectTypeOf(config.onboot).toEqualTypeOf<PveBoolean | undefined>();
  const [row] = await pve.get("/cluster/resources", { type: "vm" });
  expectTypeOf(row?.vmid).toEqualTypeOf<number | undefined>();
  await pve.get("/version");
  await pve.put("/nodes/{node}/qemu/{vmid}/config", {
    node: "pve1",
    vmid: 100,
    net3: "virtio,bridge=vmbr0",
    onboot: true,
  });
  await both.get("/cluster/resources");
  // @ts-expect-error a path that does not exist
  await pve.get("/nosuch");
  // @ts-expect-error a method that the path does not have
  await pve.put("/version");
  // @ts-expect-error a parameter that the path needs is missing
  await pve.get("/nodes/{node}/qemu/{vmid}/config", { node: "pve1" });
  // @ts-expect-error a parameter that the method does not know
  await pve.get("/version", { nosuch: 1 });
  // @ts-expect-error a value that is none of the choices
  await pve.get("/cluster/resources", { type: "vms" });
  // @ts-expect-error a path that 8.4 does not have
  await both.get("/cluster/ha/rules");
};

test("the types know parameters, answers and versions", () => {
  expectTypeOf(uses).returns.resolves.toBeVoid();
  expectTypeOf<AnswerOf<"GET", "/nodes/{node}/rrddata">>().toExtend<readonly unknown[]>();
  expectTypeOf<ParametersOf<"POST", "/nodes/{node}/qemu/{vmid}/status/stop">>().toHaveProperty("vmid");
  expectTypeOf<ParametersOf<"POST", "/nodes/{node}/qemu">["onboot"]>().toEqualTypeOf<BooleanParameter | undefined>();
  expectTypeOf<"/cluster/ha/rules">().toExtend<PathOf<"GET">>();
  expectTypeOf<"/cluster/ha/rules">().not.toExtend<PathOf<"GET", "8.4">>();
});
