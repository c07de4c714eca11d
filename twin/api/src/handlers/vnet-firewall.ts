import { emptyFirewall, type FirewallFile } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { optionHandlers, ruleHandlers } from "./firewall-rules.ts";

const base = "/cluster/sdn/vnets/{vnet}/firewall";

/** The firewall file of a vnet that is there. */
const fileOf = (call: Call): FirewallFile => {
  const { sdn } = call.world;
  const id = call.need("vnet");
  if (sdn.vnets[id] === undefined) fail(`invalid vnet specified`);
  const file = sdn.firewalls?.[id] ?? emptyFirewall();
  if (call.method.method !== "GET") sdn.firewalls = { ...sdn.firewalls, [id]: file };
  return file;
};

const allowed =
  (handler: Handler, ...privileges: string[]): Handler =>
  (call) => {
    const zone = call.world.sdn.vnets[call.need("vnet")]?.options.zone;
    if (zone !== undefined) call.rights.needAny(`/sdn/zones/${zone}/${call.need("vnet")}`, ...privileges);
    return handler(call);
  };

const unguarded: Handlers = {
  ...ruleHandlers(`${base}/rules`, "vnet.fw", (call) => {
    const file = fileOf(call);
    return { rules: file.rules, file };
  }),
  ...optionHandlers({ base, lock: "vnet.fw", file: fileOf }),
};

export const vnetFirewall: Handlers = {
  ...Object.fromEntries(
    Object.entries(unguarded).map(([method, handler]) => [
      method,
      method.startsWith("GET") ? allowed(handler, "SDN.Audit", "SDN.Allocate") : allowed(handler, "SDN.Allocate"),
    ]),
  ),
  [`GET ${base}`]: () => [{ name: "rules" }, { name: "options" }],
};
