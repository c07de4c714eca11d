import { type Config, type Dict, dict, type Section, sectionDigest } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail, refuseParameters } from "../problem.ts";
import { withSdnLock } from "../sdn/lock.ts";
import { pendingRow } from "../sdn/pending.ts";
import { typedValue } from "./values.ts";

/** Options that are lists, kept one entry a line. */
const lists = new Set(["interfaces", "redistribute", "allowed_ips", "peers"]);
const outside = new Set(["id", "fabric_id", "node_id", "digest", "delete", "lock-token", "protocol"]);

const given = (call: Call): Config => {
  const config: Config = dict();
  for (const [name, raw] of Object.entries(call.parameters)) {
    if (outside.has(name)) continue;
    const text = Array.isArray(raw) ? raw.map(String).join("\n") : (call.text(name) ?? "");
    config[name] = typedValue(call.method.params.properties?.[name], text);
  }
  return config;
};

const unfolded = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, lists.has(key) ? String(value).split("\n") : value]),
  );

type Kind = {
  readonly fabricOf: (section: Section) => string;
  readonly of: (call: Call) => Dict<Section>;
  readonly live: (call: Call) => Dict<Section>;
  readonly ids: (section: Section) => Record<string, string>;
};

const fabrics: Kind = {
  fabricOf: (section) => section.id,
  of: (call) => call.world.sdn.fabrics ?? dict(),
  live: (call) => call.world.sdn.running?.fabrics ?? dict(),
  ids: (section) => ({ id: section.id }),
};

/** Nodes of fabrics are kept by `fabric_node`; neither part has an underscore. */
const members: Kind = {
  fabricOf: (section) => section.id.split("_")[0] ?? "",
  of: (call) => call.world.sdn.fabricNodes ?? dict(),
  live: (call) => call.world.sdn.running?.fabricNodes ?? dict(),
  ids: (section) => {
    const [fabric = "", node = ""] = section.id.split("_");
    return { fabric_id: fabric, node_id: node };
  },
};

const shown = (kind: Kind, section: Section, digest: string): Record<string, unknown> => ({
  ...kind.ids(section),
  protocol: section.type,
  ...unfolded(section.options),
  digest,
});

const pending = (kind: Kind, id: string, next: Section | undefined, live: Section | undefined) => {
  const section = next ?? live ?? { type: "", id, options: dict() };
  const { type: _type, digest: _digest, pending: waiting, ...row } = pendingRow("id", id, next, live);
  return {
    ...unfolded(row),
    ...kind.ids(section),
    protocol: section.type,
    ...(typeof waiting === "object" && waiting !== null ? { pending: unfolded({ ...waiting }) } : {}),
  };
};

const sees = (call: Call, fabric: string): boolean =>
  call.rights.hasAny(`/sdn/fabrics/${fabric}`, "SDN.Audit", "SDN.Allocate");

const listOf = (call: Call, kind: Kind, only?: string): unknown[] => {
  const next = kind.of(call);
  const live = kind.live(call);
  const wanted = (section: Section | undefined): boolean => {
    const fabric = section === undefined ? "" : kind.fabricOf(section);
    return fabric !== "" && (only === undefined || fabric === only) && sees(call, fabric);
  };
  if (call.flag("pending")) {
    const ids = [...new Set([...Object.keys(live), ...Object.keys(next)])].toSorted();
    return ids.filter((id) => wanted(next[id] ?? live[id])).map((id) => pending(kind, id, next[id], live[id]));
  }
  const chosen = call.flag("running") ? live : next;
  return Object.values(chosen)
    .filter(wanted)
    .map((section) => shown(kind, section, sectionDigest(next)));
};

const fabricOf = (call: Call, id: string): Section =>
  fabrics.of(call)[id] ?? fail(`fabric '${id}' does not exist in configuration`);

const memberOf = (call: Call): Section => {
  const [fabric, node] = [call.need("fabric_id"), call.need("node_id")];
  fabricOf(call, fabric);
  return members.of(call)[`${fabric}_${node}`] ?? fail(`node '${node}' does not exist in fabric '${fabric}'`);
};

const changed = (call: Call, section: Section): Section => {
  if (call.need("protocol") !== section.type)
    refuseParameters({ protocol: `is '${section.type}' and cannot be changed` });
  const options = dict(Object.entries({ ...section.options, ...given(call) }));
  for (const key of call.list("delete")) delete options[key];
  return { ...section, options };
};

const writeFabric = (call: Call, section: Section): void => {
  call.world.sdn.fabrics = dict(Object.entries({ ...fabrics.of(call), [section.id]: section }));
};

const writeMember = (call: Call, section: Section): void => {
  call.world.sdn.fabricNodes = dict(Object.entries({ ...members.of(call), [section.id]: section }));
};

const createFabric = (call: Call): unknown =>
  withSdnLock(call, "adding fabric failed", () => {
    needSectionDigest(call.text("digest"), fabrics.of(call));
    const id = call.need("id");
    if (fabrics.of(call)[id] !== undefined) fail(`fabric '${id}' already exists in config`);
    writeFabric(call, { type: call.need("protocol"), id, options: given(call) });
    // Not null: the one answer of its kind.
    return "";
  });

const createMember = (call: Call): unknown =>
  withSdnLock(call, "adding node failed", () => {
    needSectionDigest(call.text("digest"), members.of(call));
    const [fabric, node] = [call.need("fabric_id"), call.need("node_id")];
    const type = call.need("protocol");
    if (fabricOf(call, fabric).type !== type) fail("node has a different protocol than the referenced fabric");
    const id = `${fabric}_${node}`;
    if (members.of(call)[id] !== undefined) fail(`node '${node}' already exists in config for fabric ${fabric}`);
    writeMember(call, { type, id, options: given(call) });
    return "";
  });

const updateFabric = (call: Call): unknown =>
  withSdnLock(call, "updating fabric failed", () => {
    needSectionDigest(call.text("digest"), fabrics.of(call));
    writeFabric(call, changed(call, fabricOf(call, call.need("id"))));
    return null;
  });

const updateMember = (call: Call): unknown =>
  withSdnLock(call, "updating node failed", () => {
    needSectionDigest(call.text("digest"), members.of(call));
    writeMember(call, changed(call, memberOf(call)));
    return null;
  });

const removeFabric = (call: Call): unknown =>
  withSdnLock(call, "deleting fabric failed", () => {
    const { id } = fabricOf(call, call.need("id"));
    delete fabrics.of(call)[id];
    for (const member of Object.values(members.of(call))) {
      if (members.fabricOf(member) === id) delete members.of(call)[member.id];
    }
    return null;
  });

const removeMember = (call: Call): unknown =>
  withSdnLock(call, "deleting node failed", () => {
    delete members.of(call)[memberOf(call).id];
    return null;
  });

const base = "/cluster/sdn/fabrics";

/** Fabrics of 9: the routed networks below zones, and the nodes in them. What runs of them is not modelled. */
export const sdnFabrics: Handlers = {
  [`GET ${base}`]: () => ["fabric", "node", "all"].map((subdir) => ({ subdir })),
  [`GET ${base}/all`]: (call) => ({ fabrics: listOf(call, fabrics), nodes: listOf(call, members) }),
  [`GET ${base}/fabric`]: (call) => listOf(call, fabrics),
  [`POST ${base}/fabric`]: createFabric,
  [`GET ${base}/fabric/{id}`]: (call) =>
    shown(fabrics, fabricOf(call, call.need("id")), sectionDigest(fabrics.of(call))),
  [`PUT ${base}/fabric/{id}`]: updateFabric,
  [`DELETE ${base}/fabric/{id}`]: removeFabric,
  [`GET ${base}/node`]: (call) => listOf(call, members),
  [`GET ${base}/node/{fabric_id}`]: (call) => listOf(call, members, fabricOf(call, call.need("fabric_id")).id),
  [`POST ${base}/node/{fabric_id}`]: createMember,
  [`GET ${base}/node/{fabric_id}/{node_id}`]: (call) => shown(members, memberOf(call), sectionDigest(members.of(call))),
  [`PUT ${base}/node/{fabric_id}/{node_id}`]: updateMember,
  [`DELETE ${base}/node/{fabric_id}/{node_id}`]: removeMember,
};
