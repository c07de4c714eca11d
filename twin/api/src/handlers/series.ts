import {
  type Backing,
  type Consolidation,
  type GuestKind,
  guestRrd,
  nodeRrd,
  storageRrd,
  type Timeframe,
} from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { mountOf } from "../storage-mounts.ts";
import { guestOfCall } from "./guest-of-call.ts";

const frames: readonly Timeframe[] = ["hour", "day", "week", "month", "year", "decade"];

const timeframeOf = (call: Call): Timeframe => frames.find((frame) => frame === call.text("timeframe")) ?? "hour";

const consolidationOf = (call: Call): Consolidation => (call.text("cf") === "MAX" ? "MAX" : "AVERAGE");

const ofGuest =
  (kind: GuestKind) =>
  (call: Call): unknown =>
    guestRrd(call.world, guestOfCall(call, kind), timeframeOf(call), consolidationOf(call));

const ofStorage = (call: Call): unknown => {
  const id = call.need("storage");
  if (call.world.storages[id] === undefined) fail(`storage '${id}' does not exist`);
  const mount: Backing | undefined = mountOf(call.world, id, call.node);
  if (mount === undefined) return fail(`storage '${id}' is not available on node '${call.node}'`);
  return storageRrd(call.world, mount, timeframeOf(call), consolidationOf(call));
};

export const series: Handlers = {
  "GET /nodes/{node}/rrddata": (call) => nodeRrd(call.world, call.node, timeframeOf(call), consolidationOf(call)),
  "GET /nodes/{node}/qemu/{vmid}/rrddata": ofGuest("qemu"),
  "GET /nodes/{node}/lxc/{vmid}/rrddata": ofGuest("lxc"),
  "GET /nodes/{node}/storage/{storage}/rrddata": ofStorage,
};
