import type { Call, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { splitList } from "../validation/word-list.ts";
import { tagRules } from "./guest-tags.ts";
import { parsedProperties } from "./values.ts";

const asObjects = new Set([
  "migration",
  "ha",
  "crs",
  "next-id",
  "tag-style",
  "u2f",
  "webauthn",
  "notify",
  "user-tag-access",
  "location",
  "replication",
]);

const formatOf = (call: Call, key: string) =>
  call.twin.router.find("PUT", "/cluster/options")?.method.params.properties?.[key]?.format;

/** Several lines of text end in a newline once the file was read again. */
export const description = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

const shown = (call: Call, key: string, value: string): unknown => {
  if (key === "registered-tags") return splitList(value).toSorted();
  if (key === "description") return description(value);
  if (!asObjects.has(key)) return value;
  const parsed = parsedProperties(formatOf(call, key), value);
  const list = parsed["user-allow-list"];
  return typeof list === "string" ? { ...parsed, "user-allow-list": splitList(list) } : parsed;
};

const read = (call: Call): unknown => {
  const tags = { "allowed-tags": [...tagRules(call).allowed].toSorted() };
  const { options } = call.world.cluster;
  const limited = ["console", "tag-style", "consent-text"];
  const audit = call.rights.has("/", "Sys.Audit");
  const keys = Object.keys(options).filter((key) => audit || limited.includes(key));
  return {
    ...(audit ? { mac_prefix: "BC:24:11", description: "" } : {}),
    ...Object.fromEntries(keys.map((key) => [key, shown(call, key, String(options[key]))])),
    ...tags,
  };
};

const needOrder = (call: Call): void => {
  const text = call.text("next-id");
  if (text === undefined) return;
  const range = parsedProperties(formatOf(call, "next-id"), text);
  const lower = Number(range.lower ?? 100);
  const upper = Number(range.upper ?? 1_000_000);
  if (lower > upper) fail(`lower (${lower}) <= upper (${upper}) boundary rule broken`);
};

const update = (call: Call): unknown => {
  needLock(call.world, call.node, "file-datacenter_cfg");
  needOrder(call);
  const { options } = call.world.cluster;
  for (const key of Object.keys(call.parameters)) if (key !== "delete") options[key] = call.text(key) ?? "";
  for (const key of call.list("delete")) delete options[key];
  return null;
};

/** The lowest and the highest id that is given out. */
const idRange = (call: Call): { lower: number; upper: number } => {
  const range = parsedProperties(formatOf(call, "next-id"), String(call.world.cluster.options["next-id"] ?? ""));
  return { lower: Number(range.lower ?? 100), upper: Number(range.upper ?? 1_000_000) };
};

const nextId = (call: Call): unknown => {
  const asked = call.number("vmid");
  const { guests } = call.world;
  if (asked !== undefined)
    return guests[asked] === undefined ? String(asked) : refuseParameters({ vmid: `VM ${asked} already exists` });
  const { lower, upper } = idRange(call);
  for (let vmid = Math.max(lower, 100); vmid < upper; vmid += 1) if (guests[vmid] === undefined) return String(vmid);
  return fail(`unable to get any free VMID in range [${lower}, ${upper}]`);
};

export const clusterOptions: Handlers = {
  "GET /cluster/options": read,
  "PUT /cluster/options": update,
  "GET /cluster/nextid": nextId,
};
