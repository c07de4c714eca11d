import { type Config, copy, type Dict, dict, type Sdn, type Section, sectionDigest } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { startWorker } from "../start.ts";
import { within } from "../within.ts";
import { configOf } from "./values.ts";

type Kind = "zones" | "vnets" | "subnets" | "controllers";

/** What an object must have, by type; the product's own plug-ins say so. */
const required: Readonly<Record<string, readonly string[]>> = {
  vlan: ["bridge"],
  qinq: ["bridge", "tag"],
  vxlan: [],
  evpn: ["controller", "vrf-vxlan"],
};

const sectionsOf = (call: Call, kind: Kind): Dict<Section> => call.world.sdn[kind];
const runningOf = (call: Call, kind: Kind): Dict<Section> => call.world.sdn.running?.[kind] ?? dict();

const word: Readonly<Record<Kind | "ipams" | "dns", string>> = {
  zones: "zone",
  vnets: "vnet",
  subnets: "subnet",
  controllers: "controller",
  ipams: "ipam",
  dns: "dns",
};

const mark = new Set(["digest", "delete", "lock-token", "node", "pending", "running"]);

const plain = (kind: Kind | "ipams" | "dns", section: Section, digest: string | null): Record<string, unknown> => ({
  [word[kind]]: section.id,
  type: section.type,
  ...section.options,
  digest,
});

/** One object with what waits to be applied. Mirrors pending_config of pve-network. */
const pendingRow = (
  kind: Kind,
  id: string,
  next: Section | undefined,
  live: Section | undefined,
): Record<string, unknown> => {
  const base = next ?? live;
  if (base === undefined) return {};
  const row: Record<string, unknown> = { [word[kind]]: id, type: base.type, digest: null };
  if (next === undefined) return { ...row, ...live?.options, state: "deleted", pending: {} };
  if (live === undefined) return { ...row, state: "new", pending: { ...next.options } };
  const changed: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(next.options), ...Object.keys(live.options)])) {
    if (next.options[key] === live.options[key]) continue;
    changed[key] = next.options[key] ?? "deleted";
  }
  return {
    ...row,
    ...live.options,
    ...(Object.keys(changed).length > 0 ? { state: "changed", pending: changed } : {}),
  };
};

const listOf =
  (kind: Kind, keep: (call: Call, section: Section) => boolean = () => true, show = plain) =>
  (call: Call): unknown => {
    const next = sectionsOf(call, kind);
    const live = runningOf(call, kind);
    const type = call.text("type");
    const wanted = (section: Section | undefined): boolean =>
      section !== undefined && keep(call, section) && (type === undefined || section.type === type);
    if (call.flag("pending")) {
      const ids = [...new Set([...Object.keys(next), ...Object.keys(live)])].filter((id) =>
        wanted(next[id] ?? live[id]),
      );
      return ids.map((id) => pendingRow(kind, id, next[id], live[id]));
    }
    const chosen = call.flag("running") ? live : next;
    return Object.values(chosen)
      .filter(wanted)
      .map((section) => show(kind, section, sectionDigest(next)));
  };

const needObject = (call: Call, kind: Kind | "ipams" | "dns", id: string): Section => {
  const sections: Dict<Section> = call.world.sdn[kind];
  return sections[id] ?? fail(`sdn '${id}' does not exist`);
};

const crud = (
  kind: Kind | "ipams" | "dns",
  path: string,
  hooks: {
    needSense?: (call: Call, options: Config, type: string) => void;
    needUnused?: (call: Call, id: string) => void;
  } = {},
): Handlers => {
  const name = word[kind];
  const idOf = (call: Call): string => call.need(name);
  const what = `sdn ${name} object`;
  return {
    [`POST ${path}`]: (call) => {
      const id = idOf(call);
      const type = call.text("type") ?? name;
      for (const key of required[type] ?? []) if (!call.given(key)) fail(`missing value for required option '${key}'`);
      return within(`create ${what} failed`, () => {
        needLock(call.world, call.node, "domain-sdn");
        const sections: Dict<Section> = call.world.sdn[kind];
        if (sections[id] !== undefined) fail(`${what} ID '${id}' already defined`);
        const options = configOf(call, name, "type", ...mark);
        hooks.needSense?.(call, options, type);
        sections[id] = { type, id, options };
        return null;
      });
    },
    [`GET ${path}/{${name}}`]: (call) => {
      const section = needObject(call, kind, idOf(call));
      if ((kind === "zones" || kind === "vnets" || kind === "controllers") && call.flag("pending")) {
        return pendingRow(kind, section.id, section, runningOf(call, kind)[section.id]);
      }
      return plain(kind, section, sectionDigest(call.world.sdn[kind]));
    },
    [`PUT ${path}/{${name}}`]: (call) =>
      within(`update ${what} failed`, () => {
        needLock(call.world, call.node, "domain-sdn");
        const section = needObject(call, kind, idOf(call));
        needSectionDigest(call.text("digest"), call.world.sdn[kind]);
        const options: Config = Object.assign(
          dict<string | number>(),
          section.options,
          configOf(call, name, "type", ...mark),
        );
        for (const key of call.list("delete")) delete options[key];
        hooks.needSense?.(call, options, section.type);
        section.options = options;
        return null;
      }),
    [`DELETE ${path}/{${name}}`]: (call) =>
      within(`delete ${what} failed`, () => {
        needLock(call.world, call.node, "domain-sdn");
        const id = idOf(call);
        needObject(call, kind, id);
        hooks.needUnused?.(call, id);
        delete call.world.sdn[kind][id];
        return null;
      }),
  };
};

const needVnet = (call: Call, options: Config): void => {
  const zone = call.world.sdn.zones[String(options.zone)];
  if (zone === undefined)
    fail("cannot lookup undefined type! at /usr/share/perl5/PVE/API2/Network/SDN/Vnets.pm line 326.");
  if (/^(?:vlan|qinq|vxlan|evpn)$/.test(zone.type) && options.tag === undefined)
    refuseParameters({ tag: zone.type === "vxlan" || zone.type === "evpn" ? "missing vxlan tag" : "missing vlan tag" });
  if (zone.type === "simple" && options.tag !== undefined)
    refuseParameters({ tag: "vlan tag is not allowed on simple zone" });
};

const subnetsOf = (sdn: Sdn, vnet: string): Section[] =>
  Object.values(sdn.subnets).filter((subnet) => subnet.options.vnet === vnet);

const shownSubnet = (section: Section, digest: string | null): Record<string, unknown> => {
  const [zone = "", network = "", mask = ""] = /^(.+)-([0-9a-f.:]+)-(\d+)$/i.exec(section.id)?.slice(1) ?? [];
  const ranges = section.options["dhcp-range"];
  return {
    ...section.options,
    id: section.id,
    subnet: section.id,
    type: "subnet",
    zone,
    network,
    mask,
    cidr: `${network}/${mask}`,
    "dhcp-range": ranges === undefined ? [] : String(ranges).split(" "),
    digest,
  };
};

const subnetId = (call: Call): string => {
  const vnet = call.need("vnet");
  const given = call.need("subnet");
  const zone = call.world.sdn.vnets[vnet]?.options.zone;
  if (zone === undefined) return fail(`vnet '${vnet}' does not exist`);
  return given.includes("/") ? `${zone}-${given.replace("/", "-")}` : given;
};

const subnetOf = (call: Call): Section => {
  const subnet = call.world.sdn.subnets[subnetId(call)];
  return subnet === undefined || subnet.options.vnet !== call.need("vnet")
    ? fail(`sdn '${subnetId(call)}' does not exist`)
    : subnet;
};

const base = "/cluster/sdn/vnets/{vnet}/subnets";

const subnets: Handlers = {
  [`GET ${base}`]: (call) => {
    const list = listOf(
      "subnets",
      (_, section) => section.options.vnet === call.need("vnet"),
      (_, section, digest) => shownSubnet(section, digest),
    );
    return list(call);
  },
  [`POST ${base}`]: (call) =>
    within("create sdn subnet object failed", () => {
      needLock(call.world, call.node, "domain-sdn");
      const id = subnetId(call);
      if (call.world.sdn.subnets[id] !== undefined) fail(`sdn subnet object ID '${id}' already defined`);
      const options = configOf(call, "subnet", "type", ...mark);
      call.world.sdn.subnets[id] = { type: "subnet", id, options };
      return null;
    }),
  [`GET ${base}/{subnet}`]: (call) => shownSubnet(subnetOf(call), sectionDigest(call.world.sdn.subnets)),
  [`PUT ${base}/{subnet}`]: (call) =>
    within("update sdn subnet object failed", () => {
      needLock(call.world, call.node, "domain-sdn");
      const section = subnetOf(call);
      needSectionDigest(call.text("digest"), call.world.sdn.subnets);
      for (const key of call.list("delete")) delete section.options[key];
      Object.assign(section.options, configOf(call, "subnet", "type", "vnet", ...mark));
      return null;
    }),
  [`DELETE ${base}/{subnet}`]: (call) =>
    within("delete sdn subnet object failed", () => {
      needLock(call.world, call.node, "domain-sdn");
      delete call.world.sdn.subnets[subnetOf(call).id];
      return null;
    }),
};

const apply = (call: Call): unknown => {
  const { sdn } = call.world;
  needLock(call.world, call.node, "domain-sdn");
  sdn.running = copy({ zones: sdn.zones, vnets: sdn.vnets, subnets: sdn.subnets, controllers: sdn.controllers });
  const lines = Object.keys(call.world.nodes).map(
    (node) => ({ do: "log", text: `${node}: reloading network config` }) as const,
  );
  return startWorker(call, "reloadnetworkall", "", [...lines, { do: "wait", ms: 1500 }]);
};

const lockToken = (call: Call): unknown => {
  const { sdn } = call.world;
  if (sdn.lock !== undefined && !call.flag("force")) fail("configuration is already locked");
  sdn.lock = `${call.seconds}`;
  return sdn.lock;
};

const rollback = (call: Call): unknown => {
  const { sdn } = call.world;
  const { running } = sdn;
  if (running === undefined) return null;
  Object.assign(sdn, copy(running));
  return null;
};

const zoneRows = (call: Call): unknown =>
  Object.keys(call.world.sdn.running?.zones ?? {})
    .filter((zone) => call.rights.hasAny(`/sdn/zones/${zone}`, "SDN.Audit"))
    .map((zone) => ({ zone, status: "available" }));

const zoneContent = (call: Call): unknown =>
  Object.values(call.world.sdn.running?.vnets ?? {})
    .filter((vnet) => vnet.options.zone === call.need("zone"))
    .map((vnet) => ({
      vnet: vnet.id,
      status: "available",
      statusmsg: null,
      ...(vnet.options.alias === undefined ? {} : {}),
    }));

const ipams = (call: Call): unknown => [
  { ipam: "pve", type: "pve", digest: sectionDigest(call.world.sdn.ipams) },
  ...Object.values(call.world.sdn.ipams).map((section) => plain("ipams", section, sectionDigest(call.world.sdn.ipams))),
];

const used = (call: Call, zone: string): void => {
  const vnet = Object.values(call.world.sdn.vnets).find((one) => one.options.zone === zone);
  if (vnet !== undefined)
    fail(`zone ${zone} is used by vnet ${vnet.id} at /usr/share/perl5/PVE/Network/SDN/Zones/Plugin.pm line 149.`);
};

export const sdn: Handlers = {
  "GET /cluster/sdn": () => ["vnets", "zones", "controllers", "ipams", "dns", "fabrics"].map((id) => ({ id })),
  "PUT /cluster/sdn": apply,
  "POST /cluster/sdn/lock": lockToken,
  "DELETE /cluster/sdn/lock": (call) => {
    delete call.world.sdn.lock;
    return null;
  },
  "POST /cluster/sdn/rollback": rollback,
  "GET /cluster/sdn/zones": listOf("zones"),
  ...crud("zones", "/cluster/sdn/zones", { needUnused: used }),
  "GET /cluster/sdn/vnets": listOf("vnets"),
  ...crud("vnets", "/cluster/sdn/vnets", {
    needSense: needVnet,
    needUnused: (call, id) => {
      if (subnetsOf(call.world.sdn, id).length > 0) refuseParameters({ vnet: "Can't delete vnet if subnets exists" });
    },
  }),
  ...subnets,
  "GET /cluster/sdn/controllers": listOf("controllers"),
  ...crud("controllers", "/cluster/sdn/controllers"),
  "GET /cluster/sdn/ipams": ipams,
  ...crud("ipams", "/cluster/sdn/ipams"),
  "GET /cluster/sdn/dns": (call) =>
    Object.values(call.world.sdn.dns).map((section) => plain("dns", section, sectionDigest(call.world.sdn.dns))),
  ...crud("dns", "/cluster/sdn/dns"),
  "GET /cluster/sdn/fabrics/all": () => ({ fabrics: [], nodes: [] }),
  "GET /cluster/sdn/fabrics/fabric": () => [],
  "GET /cluster/sdn/fabrics/node": () => [],
  "GET /nodes/{node}/sdn/zones": zoneRows,
  "GET /nodes/{node}/sdn/zones/{zone}/content": zoneContent,
};
