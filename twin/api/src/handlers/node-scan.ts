import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { nodeOfCall } from "./node-of-call.ts";

const uses = (call: Call, kind: string) => (nodeOfCall(call).diskUses ?? []).filter((use) => use.kind === kind);

const zfs = (call: Call): unknown => {
  if ((nodeOfCall(call).without ?? []).includes("zfsutils-linux")) fail("zfsutils-linux not installed");
  return uses(call, "zfs").map((use) => ({ pool: use.name }));
};

export const nodeScan: Handlers = {
  "GET /nodes/{node}/scan": () => ["cifs", "iscsi", "lvm", "nfs", "pbs", "zfs"].map((method) => ({ method })),
  "GET /nodes/{node}/scan/lvm": (call) =>
    [...uses(call, "lvm"), ...uses(call, "lvmthin")].map((use) => ({ vg: use.name })),
  "GET /nodes/{node}/scan/lvmthin": (call) =>
    uses(call, "lvmthin")
      .filter((use) => use.name === call.need("vg"))
      .map((use) => ({ lv: use.name })),
  "GET /nodes/{node}/scan/zfs": zfs,
};
