import { isZone, wallClockAt } from "@orrery/model";
import { type Config, dict, propertyOf, sha1 } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { configDigest, needDigest } from "../digest.ts";
import { fail, notModelled, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { description } from "./cluster-options.ts";
import { nodeOfCall } from "./node-of-call.ts";

const time = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const now = Math.floor((call.world.now + node.clockError) / 1000);
  return { timezone: node.timezone, time: now, localtime: Math.floor(wallClockAt(node.timezone, now * 1000) / 1000) };
};

const setTime = (call: Call): unknown => {
  const zone = call.need("timezone");
  if (!isZone(zone)) refuseParameters({ timezone: "No such timezone" });
  nodeOfCall(call).timezone = zone;
  return null;
};

const dns = (call: Call): unknown => ({ ...nodeOfCall(call).dns });

const setDns = (call: Call): unknown => {
  const servers = ["dns1", "dns2", "dns3"].flatMap((key) => {
    const value = call.text(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  nodeOfCall(call).dns = dict<string | number>([["search", call.need("search")], ...servers]);
  return null;
};

const hosts = (call: Call): unknown => {
  const data = nodeOfCall(call).hosts;
  return { digest: sha1(data), data };
};

const setHosts = (call: Call): unknown => {
  const node = nodeOfCall(call);
  needDigest(call.text("digest"), sha1(node.hosts));
  node.hosts = call.need("data");
  return null;
};

const config = (call: Call): unknown => {
  const { config: file } = nodeOfCall(call);
  const keys = Object.keys(file);
  const property = call.text("property");
  const shown = (key: string) => [key, key === "description" ? description(String(file[key])) : String(file[key])];
  if (property !== undefined) return Object.fromEntries(keys.filter((key) => key === property).map(shown));
  return keys.length === 0 ? {} : { ...Object.fromEntries(keys.map(shown)), digest: configDigest(file) };
};

/** A domain may be ordered once, and only by a plugin that is there. Mirrors get_acme_conf in pve-manager's NodeConfig. */
const needAcmeSense = (file: Config): void => {
  const seen = new Map<string, string>();
  for (const key of Object.keys(file)) {
    if (!/^acme(?:domain\d+)?$/.test(key)) continue;
    const text = String(file[key]);
    const named =
      key === "acme" ? (propertyOf(text, "domains") ?? "").split(";") : [propertyOf(text, "domain", "domain") ?? ""];
    for (const domain of named.filter((one) => one !== "")) {
      const other = seen.get(domain);
      if (other !== undefined) fail(`duplicate domain '${domain}' in ACME config properties '${other}' and '${key}'`);
      seen.set(domain, key);
      const plugin = propertyOf(text, "plugin");
      if (plugin !== undefined && plugin !== "standalone") fail(`plugin '${plugin}' for domain '${domain}' not found!`);
    }
  }
};

const setConfig = (call: Call): unknown => {
  const node = nodeOfCall(call);
  needLock(call.world, call.node, `file-nodes/${call.node}/config`);
  if (Object.keys(node.config).length > 0) needDigest(call.text("digest"), configDigest(node.config));
  const changed: Config = dict(Object.entries(node.config));
  for (const key of Object.keys(call.parameters)) {
    if (key !== "delete" && key !== "digest" && key !== "node") changed[key] = call.need(key);
  }
  for (const key of call.list("delete")) delete changed[key];
  needAcmeSense(changed);
  node.config = changed;
  return null;
};

export const nodeSettings: Handlers = {
  "GET /nodes/{node}/time": time,
  "PUT /nodes/{node}/time": setTime,
  "GET /nodes/{node}/dns": dns,
  "PUT /nodes/{node}/dns": setDns,
  "GET /nodes/{node}/hosts": hosts,
  "POST /nodes/{node}/hosts": setHosts,
  "GET /nodes/{node}/config": config,
  "PUT /nodes/{node}/config": setConfig,
  "POST /nodes/{node}/execute": (call) =>
    call.text("commands")?.replaceAll(/\s/g, "") === "[]"
      ? []
      : notModelled("several calls in one: POST /nodes/{node}/execute"),
};
