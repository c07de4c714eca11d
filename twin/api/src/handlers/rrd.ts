import { type Consolidation, guestRrd, nodeRrd, storageRrd, type Timeframe } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { mountOf } from "../storage-mounts.ts";
import { guestOfCall } from "./guest-of-call.ts";

const frames: readonly Timeframe[] = ["hour", "day", "week", "month", "year", "decade"];

const frameOf = (call: Call): Timeframe => frames.find((frame) => frame === call.need("timeframe")) ?? "hour";
const foldOf = (call: Call): Consolidation => (call.text("cf") === "MAX" ? "MAX" : "AVERAGE");

const ofGuest =
  (kind: "qemu" | "lxc") =>
  (call: Call): unknown =>
    guestRrd(call.world, guestOfCall(call, kind), frameOf(call), foldOf(call));

const ofStorage = (call: Call): unknown => {
  const storage = call.need("storage");
  if (call.world.storages[storage] === undefined) fail(`storage '${storage}' does not exist`);
  const backing = mountOf(call.world, storage, call.node);
  return backing === undefined ? [] : storageRrd(call.world, backing, frameOf(call), foldOf(call));
};

export const rrd: Handlers = {
  "GET /nodes/{node}/rrddata": (call) => nodeRrd(call.world, call.node, frameOf(call), foldOf(call)),
  "GET /nodes/{node}/qemu/{vmid}/rrddata": ofGuest("qemu"),
  "GET /nodes/{node}/lxc/{vmid}/rrddata": ofGuest("lxc"),
  "GET /nodes/{node}/storage/{storage}/rrddata": ofStorage,
};
