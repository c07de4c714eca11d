import { copy, drawUuid, type Section, type Step } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { withSdnLock } from "../sdn/lock.ts";
import { differs } from "../sdn/pending.ts";
import { startWorker } from "../start.ts";
import { splitList } from "../validation/word-list.ts";
import { within } from "../within.ts";

const kinds = ["zones", "vnets", "subnets", "controllers"] as const;

/** Vnets that are up on the node that answers, as its network lists them, for who may use them. */
export const localVnets = (call: Call): Record<string, unknown>[] => {
  const { running } = call.world.sdn;
  if (running === undefined) return [];
  return Object.values(running.vnets).flatMap((vnet) => {
    const zone = running.zones[String(vnet.options.zone)];
    if (zone === undefined || !isLocal(zone, call.node)) return [];
    if (!call.rights.hasAny(`/sdn/zones/${zone.id}/${vnet.id}`, "SDN.Audit", "SDN.Use")) return [];
    return [
      {
        iface: vnet.id,
        type: "vnet",
        // The only flag here that is text.
        active: "1",
        ipam: zone.options.ipam === undefined ? 0 : 1,
        vlanaware: vnet.options.vlanaware ? 1 : 0,
        comments: vnet.options.alias ?? null,
      },
    ];
  });
};

const isLocal = (zone: Section, node: string): boolean => {
  const nodes = splitList(String(zone.options.nodes ?? ""));
  return nodes.length === 0 || nodes.includes(node);
};

const apply = (call: Call): unknown => {
  const { sdn } = call.world;
  withSdnLock(call, "could not commit SDN configuration", () => {
    sdn.running = copy({
      zones: sdn.zones,
      vnets: sdn.vnets,
      subnets: sdn.subnets,
      controllers: sdn.controllers,
      ...(sdn.fabrics === undefined ? {} : { fabrics: sdn.fabrics }),
      ...(sdn.fabricNodes === undefined ? {} : { fabricNodes: sdn.fabricNodes }),
    });
    if (call.given("lock-token") && call.flag("release-lock", true)) delete sdn.lock;
  });
  const steps: Step[] = Object.keys(call.world.nodes).flatMap((node) => [
    { do: "log", text: `${node}: reloading network config` },
    { do: "wait", ms: 1200 },
  ]);
  return startWorker(call, "reloadnetworkall", "", steps);
};

const isPending = (call: Call): boolean => {
  const { sdn } = call.world;
  const all = [...kinds, "fabrics", "fabricNodes"] as const;
  return all.some((kind) => differs(sdn[kind] ?? {}, sdn.running?.[kind] ?? {}));
};

const takeLock = (call: Call): unknown =>
  withSdnLock(call, "could not acquire lock for SDN config", () => {
    if (!call.flag("allow-pending") && isPending(call)) fail("configuration has pending changes");
    const token = drawUuid(call.world.random);
    call.world.sdn.lock = token;
    return token;
  });

const releaseLock = (call: Call): unknown => {
  const release = () => {
    delete call.world.sdn.lock;
    return null;
  };
  if (!call.flag("force")) return withSdnLock(call, "could not release lock", release);
  return within("could not release lock", () => {
    needLock(call.world, call.node, "domain-sdn");
    return release();
  });
};

const rollBack = (call: Call): unknown =>
  withSdnLock(call, "could not rollback SDN configuration", () => {
    const { sdn } = call.world;
    for (const kind of kinds) sdn[kind] = copy(sdn.running?.[kind] ?? {});
    for (const kind of ["fabrics", "fabricNodes"] as const) {
      if (sdn[kind] !== undefined) sdn[kind] = copy(sdn.running?.[kind] ?? {});
    }
    if (call.given("lock-token") && call.flag("release-lock", true)) delete sdn.lock;
    return null;
  });

const zones = (call: Call): unknown =>
  Object.values(call.world.sdn.running?.zones ?? {})
    .filter(
      (zone) => isLocal(zone, call.node) && call.rights.hasAny(`/sdn/zones/${zone.id}`, "SDN.Audit", "SDN.Allocate"),
    )
    .map((zone) => ({ zone: zone.id, status: "available" }));

const runningZone = (call: Call): Section => {
  const id = call.need("zone");
  return call.world.sdn.running?.zones[id] ?? fail(`sdn '${id}' does not exist`);
};

const content = (call: Call): unknown => {
  const id = call.need("zone");
  return Object.values(call.world.sdn.running?.vnets ?? {})
    .filter((vnet) => vnet.options.zone === id)
    .filter((vnet) => call.rights.hasAny(`/sdn/zones/${id}/${vnet.id}`, "SDN.Audit", "SDN.Use", "SDN.Allocate"))
    .map((vnet) => ({ vnet: vnet.id, status: "available", statusmsg: null }));
};

const bridges = (call: Call): unknown => {
  const zone = runningZone(call);
  return Object.values(call.world.sdn.running?.vnets ?? {})
    .filter((vnet) => vnet.options.zone === zone.id)
    .map((vnet) => ({ name: vnet.id, vlan_filtering: vnet.options.vlanaware ? "1" : "0", ports: [] }));
};

const entries =
  (...names: string[]) =>
  (): unknown =>
    names.map((name) => ({ name }));

export const sdnRunning: Handlers = {
  "GET /cluster/sdn": () => ["vnets", "zones", "controllers", "ipams", "dns", "fabrics"].map((id) => ({ id })),
  "PUT /cluster/sdn": apply,
  "POST /cluster/sdn/lock": takeLock,
  "DELETE /cluster/sdn/lock": releaseLock,
  "POST /cluster/sdn/rollback": rollBack,
  "GET /nodes/{node}/sdn": entries("fabrics", "vnets", "zones"),
  "GET /nodes/{node}/sdn/zones": zones,
  "GET /nodes/{node}/sdn/zones/{zone}": () => [{ subdir: "content" }, { subdir: "bridges" }, { subdir: "ip-vrf" }],
  "GET /nodes/{node}/sdn/zones/{zone}/content": content,
  "GET /nodes/{node}/sdn/zones/{zone}/bridges": bridges,
};
