import { dict } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { nodeOfCall } from "./node-of-call.ts";
import { serverId } from "./node-status.ts";

const url = "https://www.proxmox.com/en/proxmox-virtual-environment/pricing";
const levels: Readonly<Record<string, string>> = { c: "Community", b: "Basic", s: "Standard", p: "Premium" };

const show = (call: Call): unknown => {
  const { subscription } = nodeOfCall(call);
  const full = call.rights.has(`/nodes/${call.node}`, "Sys.Audit");
  const { key, serverid, ...rest } = subscription;
  return {
    ...rest,
    url,
    ...(full ? { serverid: serverid ?? serverId(call), ...(key === undefined ? {} : { key }) } : {}),
  };
};

/** Takes a key that is well formed and wide enough as one that the shop confirmed. */
const set = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const key = call.need("key").trim();
  const match = /^pve(\d+)([cbsp])-[0-9a-f]{10}$/.exec(key);
  if (match === null) return fail("Wrong subscription key format");
  const sockets = Number(match[1]);
  if (sockets < node.hardware.sockets) fail(`wrong number of sockets (${sockets} < ${node.hardware.sockets})`);
  const level = match[2] ?? "";
  node.subscription = dict<string | number>([
    ["status", "active"],
    ["key", key],
    ["level", level],
    ["productname", `Proxmox VE ${levels[level]} Subscription ${sockets} CPU${sockets === 1 ? "" : "s"}/year`],
    ["sockets", node.hardware.sockets],
    ["checktime", call.seconds],
    ["regdate", new Date(call.world.now).toISOString().slice(0, 10)],
    ["nextduedate", new Date(call.world.now + 365 * 86_400_000).toISOString().slice(0, 10)],
    ["serverid", serverId(call)],
  ]);
  return null;
};

const remove = (call: Call): unknown => {
  const node = nodeOfCall(call);
  node.subscription = dict<string | number>([
    ["status", "notfound"],
    ["message", "There is no subscription key"],
    ["serverid", serverId(call)],
  ]);
  return null;
};

export const nodeSubscription: Handlers = {
  "GET /nodes/{node}/subscription": show,
  "POST /nodes/{node}/subscription": () => null,
  "PUT /nodes/{node}/subscription": set,
  "DELETE /nodes/{node}/subscription": remove,
};
