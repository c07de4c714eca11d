import {
  type HaService,
  isRunning,
  type LrmState,
  propertyOf,
  type Section,
  vmidOfSid,
  wakeHa,
} from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { hasQuorum, needLock } from "../quorum.ts";
import { localtimeText } from "../wall-clock.ts";

type Row = Record<string, unknown>;

/** Milliseconds after which a manager that wrote nothing is called dead. */
const deadAfter = 30_000;

/** Milliseconds between two writes of a manager's status. */
const crmPeriod = 10_000;
const lrmPeriod = 5000;

const clock = (call: Call, at: number): string => localtimeText(at, call.world.nodes[call.node]?.timezone ?? "UTC");

const lastWrite = (now: number, period: number): number => now - (now % period);

/** Whether the managers have anything to manage: then their watchdogs run. */
const isBusy = (call: Call): boolean => {
  const { services, lrm } = call.world.ha;
  return Object.keys(services).length > 0 || Object.values(lrm).some((one) => one.active);
};

/** When a node could write to /etc/pve for the last time; undefined for one that can now. */
const lostAt = (call: Call, node: string): number | undefined =>
  call.world.ha.lastSeen[node] ?? call.world.ha.lrm[node]?.lostAt;

const isArmed = (call: Call): boolean => call.world.ha.armed.kind === "armed";

const disarmText = (call: Call): string => {
  const { armed } = call.world.ha;
  return armed.kind === "disarmed" ? `disarmed, resource mode: ${armed.mode}` : "";
};

const masterRow = (call: Call): Row[] => {
  const { ha, cluster, now } = call.world;
  if (ha.master === undefined) return [];
  const { node, since } = ha.master;
  // A manager with nothing to do writes its status no more.
  const seen = lostAt(call, node) ?? (isBusy(call) ? lastWrite(now, crmPeriod) : since);
  const dead = now - seen > deadAfter;
  const state = !dead ? "active" : Object.keys(ha.resources).length === 0 ? "idle" : "old timestamp - dead?";
  const crs = propertyOf(String(cluster.options.crs ?? ""), "ha", "ha") || "basic";
  const extra = crs === "basic" ? "" : ` - ${crs} load CRS`;
  const disarmed = isArmed(call) ? "" : ` - ${disarmText(call)}`;
  return [
    {
      id: "master",
      type: "master",
      node,
      status: `${node} (${state}, ${clock(call, seen)})${extra}${disarmed}`,
      timestamp: Math.floor(seen / 1000),
    },
  ];
};

const fencingRow = (call: Call): Row[] => {
  const { ha, release } = call.world;
  if (release !== "9.2") return [];
  const base = { id: "fencing", type: "fencing", node: ha.master?.node ?? call.node };
  if (ha.armed.kind === "disarmed") {
    const status = `${disarmText(call)} (CRM watchdog released)`;
    return [{ ...base, "armed-state": "disarmed", resource_mode: ha.armed.mode, status }];
  }
  return isBusy(call)
    ? [{ ...base, "armed-state": "armed", status: "armed (CRM watchdog active)" }]
    : [{ ...base, "armed-state": "standby", status: "standby (CRM watchdog standby)" }];
};

const lrmText = (call: Call, name: string, lrm: LrmState, dead: boolean): string => {
  if (!isArmed(call)) return "disarm mode";
  if (lrm.mode === "maintenance") return "maintenance mode";
  if (dead) return "old timestamp - dead?";
  if (lrm.mode !== "active") return `${lrm.mode} mode`;
  if (lrm.active) return "active";
  const busy = Object.values(call.world.ha.services).some(
    (service) => service.node === name && service.state === "started",
  );
  return busy ? "wait_for_agent_lock" : "idle";
};

const lrmSeen = (call: Call, name: string): number => lostAt(call, name) ?? lastWrite(call.world.now, lrmPeriod);

const lrmRow = (call: Call, name: string): Row => {
  const lrm = call.world.ha.lrm[name];
  const base = { id: `lrm:${name}`, type: "lrm", node: name };
  if (lrm === undefined) return { ...base, status: `${name} (unable to read lrm status)` };
  const seen = lrmSeen(call, name);
  const dead = call.world.now - seen > deadAfter;
  const watchdog = !isArmed(call) ? "released" : lrm.active && !dead ? "active" : "standby";
  const told = call.world.release === "9.2" ? `, watchdog ${watchdog}` : "";
  return {
    ...base,
    status: `${name} (${lrmText(call, name, lrm, dead)}${told}, ${clock(call, seen)})`,
    timestamp: Math.floor(seen / 1000),
  };
};

/** The state of a service in words. Mirrors get_verbose_service_state in pve-ha-manager's Tools. */
const verbose = (call: Call, sid: string, section: Section | undefined, service: HaService | undefined): string => {
  if (section === undefined) return "deleting";
  if (section.options.state === "ignored") return "ignored";
  if (service === undefined) return "queued";
  const guest = call.world.guests[vmidOfSid(sid) ?? -1];
  if (service.state === "started") return guest !== undefined && isRunning(guest) ? "started" : "starting";
  if (service.state === "request_stop") return "stopping";
  return service.state;
};

const serviceRow = (call: Call, sid: string): Row => {
  const section = call.world.ha.resources[sid];
  const service = section?.options.state === "ignored" ? undefined : call.world.ha.services[sid];
  const node = service?.node ?? call.world.guests[vmidOfSid(sid) ?? -1]?.node ?? "---";
  const state = verbose(call, sid, section, service);
  const base = { id: `service:${sid}`, type: "service", sid, node, state, status: `${sid} (${node}, ${state})` };
  const known = service === undefined ? {} : { crm_state: service.state };
  if (section === undefined) return { ...base, ...known };
  const { options } = section;
  const wanted = String(options.state ?? "started");
  const optional = ["group", "comment", "auto-rebalance"].flatMap((key) =>
    options[key] === undefined ? [] : [[key, options[key]]],
  );
  return {
    ...base,
    ...known,
    request_state: wanted === "enabled" ? "started" : wanted,
    max_restart: Number(options.max_restart ?? 1),
    max_relocate: Number(options.max_relocate ?? 1),
    ...(call.world.release === "9.2" ? { failback: Number(options.failback ?? 1) } : {}),
    ...Object.fromEntries(optional),
  };
};

const current = (call: Call): unknown => {
  const { ha } = call.world;
  const quorate = hasQuorum(call.world, call.node);
  const status = quorate ? "OK" : `No quorum on node '${call.node}'!`;
  const services = Object.keys(ha.services).toSorted();
  const waiting = Object.keys(ha.resources)
    .toSorted()
    .filter((sid) => ha.services[sid] === undefined);
  return [
    { id: "quorum", type: "quorum", node: call.node, status, quorate: quorate ? 1 : 0 },
    ...masterRow(call),
    ...fencingRow(call),
    ...Object.keys(ha.nodes)
      .toSorted()
      .map((name) => lrmRow(call, name)),
    ...[...services, ...waiting].map((sid) => serviceRow(call, sid)),
  ];
};

const managerStatus = (call: Call): unknown => {
  const { ha } = call.world;
  const quorum = { node: call.node, quorate: hasQuorum(call.world, call.node) ? "1" : "0" };
  if (ha.master === undefined) return { manager_status: { node_status: {} }, quorum };
  const results = (node: string) =>
    Object.entries(ha.services)
      .filter(([, service]) => service.node === node)
      .map(([sid, service]) => [service.uid, { sid, state: service.state, exit_code: 0 }]);
  const lrms = Object.entries(ha.lrm).map(([name, lrm]) => [
    name,
    {
      mode: lrm.mode,
      state: lrm.active ? "active" : "wait_for_agent_lock",
      timestamp: Math.floor(lrmSeen(call, name) / 1000),
      results: Object.fromEntries(results(name)),
    },
  ]);
  const services = Object.entries(ha.services).map(([sid, { state, node, uid, target }]) => [
    sid,
    { state, node, uid, ...(target === undefined ? {} : { target }) },
  ]);
  return {
    manager_status: {
      master_node: ha.master.node,
      node_status: { ...ha.nodes },
      service_status: Object.fromEntries(services),
      timestamp: Math.floor((isBusy(call) ? lastWrite(call.world.now, crmPeriod) : ha.master.since) / 1000),
    },
    lrm_status: Object.fromEntries(lrms),
    quorum,
  };
};

const arm = (call: Call): unknown => {
  needLock(call.world, call.node, "domain-ha");
  call.world.ha.armed = { kind: "armed" };
  wakeHa(call.world);
  return null;
};

const disarm = (call: Call): unknown => {
  needLock(call.world, call.node, "domain-ha");
  call.world.ha.armed = { kind: "disarmed", mode: call.need("resource-mode") === "ignore" ? "ignore" : "freeze" };
  wakeHa(call.world);
  return null;
};

export const haStatus: Handlers = {
  "GET /cluster/ha": () => ["status", "resources", "groups", "rules"].map((id) => ({ id })),
  "GET /cluster/ha/status": (call) =>
    ["current", "manager_status", ...(call.world.release === "9.2" ? ["disarm-ha", "arm-ha"] : [])].map((name) => ({
      name,
    })),
  "GET /cluster/ha/status/current": current,
  "GET /cluster/ha/status/manager_status": managerStatus,
  "POST /cluster/ha/status/arm-ha": arm,
  "POST /cluster/ha/status/disarm-ha": disarm,
};
