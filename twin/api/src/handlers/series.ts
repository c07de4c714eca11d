import type { Guest } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, notModelled } from "../problem.ts";
import { type Subject, seriesOf } from "../series.ts";
import { mountOf } from "../storage-mounts.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { nodeOfCall } from "./node-of-call.ts";

const answer = (call: Call, subject: Subject): unknown => seriesOf(call.world, subject, call.need("timeframe"));

const ofGuest = (kind: Guest["kind"]) => (call: Call): unknown => answer(call, { kind: "guest", guest: guestOfCall(call, kind) });

const ofStorage = (call: Call): unknown => {
  const id = call.need("storage");
  if (call.world.storages[id] === undefined) fail(`storage '${id}' does not exist`);
  const mount = mountOf(call.world, id, call.node);
  return answer(call, { kind: "storage", total: mount?.total ?? 0, history: mount?.history ?? [] });
};

const image = (): unknown => notModelled("pictures of RRD data");

export const series: Handlers = {
  "GET /nodes/{node}/rrddata": (call) => answer(call, { kind: "node", node: nodeOfCall(call) }),
  "GET /nodes/{node}/qemu/{vmid}/rrddata": ofGuest("qemu"),
  "GET /nodes/{node}/lxc/{vmid}/rrddata": ofGuest("lxc"),
  "GET /nodes/{node}/storage/{storage}/rrddata": ofStorage,
  "GET /nodes/{node}/rrd": image,
  "GET /nodes/{node}/qemu/{vmid}/rrd": image,
  "GET /nodes/{node}/lxc/{vmid}/rrd": image,
  "GET /nodes/{node}/storage/{storage}/rrd": image,
};
