import { parseUpid } from "@orrery/contract";
import { type HaStatus, type Row, type SdnObject, type TaskState, valueIn, whyUnknown } from "@orrery/state";
import {
  type Config,
  type Dict,
  dict,
  drawHex,
  type HaNodeState,
  type HaServiceState,
  type LrmState,
  type Section,
  type Task,
} from "@orrery/twin-world";
import { clusterFile } from "./firewalls.ts";
import { numberIn, optionsOf, sectionsOf, textIn } from "./options.ts";
import type { Seeing } from "./seeing.ts";

const lines = "\n";

/** What datacenter.cfg does not hold: what the API works out, or says where nothing is set. */
const isSet = ([key, value]: readonly [string, Row[string]]): boolean =>
  key !== "allowed-tags" && !(key === "mac_prefix" && value === "BC:24:11") && !(key === "description" && value === "");

/** datacenter.cfg, the cluster's firewall, pools, mappings, metric servers and notifications. */
export const seeDatacenter = ({ world, state, ledger }: Seeing): void => {
  for (const part of ["options", "firewall", "pools", "mappings", "metricServers", "notifications", "sdn"] as const) {
    const why = whyUnknown(state[part]);
    if (why !== undefined) ledger.leaveOut(part, why, "cluster");
  }
  const options = valueIn(state.options) ?? {};
  world.cluster.options = optionsOf(Object.fromEntries(Object.entries(options).filter(isSet)), {
    "registered-tags": ";",
  });
  const firewall = valueIn(state.firewall);
  if (firewall !== undefined) world.cluster.firewall = clusterFile(firewall);
  world.pools = dict(
    (valueIn(state.pools) ?? []).map(({ id, comment, vmids, storages }) => {
      const said = comment === undefined ? {} : { comment };
      return [id, { ...said, vmids: [...vmids], storages: [...storages] }] as const;
    }),
  );
  const mappings = valueIn(state.mappings);
  for (const kind of ["pci", "usb", "dir"] as const) {
    const rows = mappings?.[kind] ?? [];
    world.mappings[kind] = dict(rows.map(({ id, options: row }) => [id, optionsOf(row, { map: lines })] as const));
  }
  world.metricServers = sectionsOf(valueIn(state.metricServers));
  const { endpoints = [], matchers = [] } = valueIn(state.notifications) ?? {};
  const lists = { mailto: lines, "mailto-user": lines, target: lines, "match-field": lines, "match-severity": lines };
  const more = { "match-calendar": lines, header: lines, secret: lines };
  const own = (entries: typeof endpoints) =>
    sectionsOf(
      entries
        .filter(({ options: row }) => row.origin !== "builtin")
        .map((entry) => {
          const { origin, ...rest } = entry.options;
          void origin;
          return { ...entry, options: rest };
        }),
      { ...lists, ...more },
    );
  world.notifications.endpoints = own(endpoints);
  world.notifications.matchers = own(matchers);
};

const rangesText = (row: Row): Config => {
  const ranges = row["dhcp-range"];
  if (!Array.isArray(ranges)) return optionsOf(row);
  const text = ranges.map((range: Row[string]) => optionsOf({ range }).range ?? "").join(lines);
  return optionsOf({ ...row, "dhcp-range": text });
};

/** SDN as configured and as it runs. */
export const seeSdn = ({ world, state }: Seeing): void => {
  const seen = valueIn(state.sdn);
  if (seen === undefined) return;
  const { sdn } = world;
  const side = (objects: readonly SdnObject[], which: "next" | "live"): Dict<Section> =>
    dict(
      objects.flatMap(({ id, type, [which]: row }) =>
        row === undefined ? [] : [[id, { type, id, options: rangesText(row) }] as const],
      ),
    );
  const kinds = ["zones", "vnets", "subnets", "controllers"] as const;
  for (const kind of kinds) sdn[kind] = side(seen[kind], "next");
  const isApplied = kinds.some((kind) => seen[kind].some(({ live }) => live !== undefined));
  if (isApplied) {
    const live = (kind: (typeof kinds)[number]) => side(seen[kind], "live");
    sdn.running = {
      zones: live("zones"),
      vnets: live("vnets"),
      subnets: live("subnets"),
      controllers: live("controllers"),
    };
  }
  // The one that the product brings is always there.
  sdn.ipams = sectionsOf(seen.ipams.filter(({ id }) => id !== "pve"));
  sdn.dns = sectionsOf(seen.dns);
  const lists = { interfaces: lines, redistribute: lines, allowed_ips: lines, peers: lines };
  if (seen.fabrics.length > 0) sdn.fabrics = sectionsOf(seen.fabrics, lists);
  if (seen.fabricNodes.length > 0) sdn.fabricNodes = sectionsOf(seen.fabricNodes, lists);
};

/** Backup, realm-sync and replication jobs, and how replication went. */
export const seeJobs = ({ world, state, ledger }: Seeing): void => {
  for (const part of ["backupJobs", "realmSyncJobs", "replicationJobs"] as const) {
    const why = whyUnknown(state[part]);
    if (why !== undefined) ledger.leaveOut(part, why, "cluster");
  }
  world.jobs.backup = sectionsOf(valueIn(state.backupJobs));
  world.jobs.realmSync = sectionsOf(valueIn(state.realmSyncJobs));
  world.jobs.replication = sectionsOf(valueIn(state.replicationJobs));
  for (const node of Object.values(state.nodes)) {
    for (const row of valueIn(node.replication) ?? []) {
      const seconds = (key: string): number => numberIn(row, key) ?? 0;
      const error = textIn(row, "error");
      world.jobs.replicationState[textIn(row, "id") ?? ""] = {
        lastSync: seconds("last_sync") * 1000,
        lastTry: seconds("last_try") * 1000,
        nextSync: seconds("next_sync") * 1000,
        duration: Math.round(seconds("duration") * 1000),
        failCount: seconds("fail_count"),
        ...(error === undefined ? {} : { error }),
      };
    }
  }
};

const nodeStates: ReadonlySet<string> = new Set(["online", "maintenance", "unknown", "fence", "gone"]);
const isNodeState = (text: string | undefined): text is HaNodeState => text !== undefined && nodeStates.has(text);

const serviceStates: ReadonlySet<string> = new Set([
  "request_start",
  "started",
  "request_stop",
  "stopped",
  "migrate",
  "relocate",
  "fence",
  "recovery",
  "freeze",
  "error",
  "ignored",
]);
const isServiceState = (text: string | undefined): text is HaServiceState =>
  text !== undefined && serviceStates.has(text);

/** How a local manager says that it is. Mirrors the sentences of pve-ha-manager's status. */
const lrmOf = (status: string): LrmState => ({
  mode: /\(maintenance mode/.test(status)
    ? "maintenance"
    : /\((?:restart|shutdown) mode/.exec(status)
      ? "restart"
      : "active",
  active: /\(active/.test(status),
});

const seeManagers = ({ world, state }: Seeing, rows: HaStatus): void => {
  const { ha } = world;
  for (const row of rows) {
    const node = textIn(row, "node") ?? "";
    switch (row.type) {
      case "master":
        ha.master = { node, since: (numberIn(row, "timestamp") ?? 0) * 1000 };
        break;
      case "fencing":
        if (row["armed-state"] === "disarmed")
          ha.armed = { kind: "disarmed", mode: row.resource_mode === "ignore" ? "ignore" : "freeze" };
        break;
      case "lrm": {
        const told = valueIn(state.nodes[node]?.presence)?.ha;
        ha.nodes[node] = isNodeState(told) ? told : "online";
        ha.lrm[node] = lrmOf(textIn(row, "status") ?? "");
        break;
      }
      case "service": {
        const crm = textIn(row, "crm_state");
        if (!isServiceState(crm)) break;
        const sid = textIn(row, "sid") ?? "";
        ha.services[sid] = { state: crm, node, failedNodes: [], restarts: 0, uid: drawHex(world.random, 16) };
        break;
      }
      default:
        break;
    }
  }
};

/** HA as configured, and where its managers were. */
export const seeHa = (seeing: Seeing): void => {
  const { world, state, ledger } = seeing;
  world.ha.resources = sectionsOf(valueIn(state.haResources));
  world.ha.rules = sectionsOf(valueIn(state.haRules));
  world.ha.groups = sectionsOf(valueIn(state.haGroups));
  const rows = valueIn(state.haStatus);
  if (rows === undefined) ledger.assume("state of HA", "it begins anew", whyUnknown(state.haStatus) ?? "", "cluster");
  else seeManagers(seeing, rows);
};

const endedTask = (task: TaskState, { at, status }: NonNullable<TaskState["end"]>): Task | undefined => {
  const upid = parseUpid(task.upid);
  if (upid === undefined) return undefined;
  return {
    upid: task.upid,
    node: task.node,
    pid: upid.pid,
    pstart: upid.pstart,
    starttime: task.started * 1000,
    type: task.type,
    id: task.id,
    user: task.user,
    silent: false,
    state: { kind: "ended", at: at * 1000, exitstatus: status },
    log: [],
    warnings: 0,
    error: "",
    steps: [],
    cleanup: [],
    waiting: { kind: "nothing" },
    holds: [],
    waiters: [],
    turn: 0,
  };
};

/** The newest tasks, those that have ended, without their logs. */
export const seeTasks = ({ world, state, ledger }: Seeing): void => {
  for (const task of (valueIn(state.tasks) ?? []).toReversed()) {
    const node = world.nodes[task.node];
    if (task.end === undefined) ledger.leaveOut("task that runs", "its steps are known to its node alone", task.upid);
    const made = task.end === undefined ? undefined : endedTask(task, task.end);
    if (made === undefined || node === undefined) continue;
    world.tasks[made.upid] = made;
    node.tasks.push(made.upid);
    node.lastPid = Math.max(node.lastPid, made.pid);
  }
};
