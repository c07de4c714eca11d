import { parseUpid } from "@orrery/contract";
import { bareWorld, type Task, type World } from "@orrery/twin-world";
import { asked, bodyOf, isRow, pathOf, type Row, rowsOf, text, worked } from "./exchange-reading.ts";
import { beginning, nodesOf, Origin } from "./origin.ts";
import { type Exchange, textsIn } from "./recording.ts";
import { seeAccess } from "./starting-access.ts";
import { configOf, seeGuests, seeUnshownGuests } from "./starting-guests.ts";
import { nameVolumes, seeBackups, seeStorages } from "./starting-storages.ts";

const putTask = (origin: Origin, row: Row): void => {
  const { world } = origin;
  const upid = parseUpid(row.upid);
  const name = text(row.upid);
  const node = upid === undefined ? undefined : world.nodes[upid.node];
  if (
    upid === undefined ||
    node === undefined ||
    world.tasks[name] !== undefined ||
    upid.starttime * 1000 >= world.now + 1000
  )
    return;
  if (!origin.isOld(`task ${name}`)) return;
  const task: Task = {
    upid: name,
    node: upid.node,
    pid: upid.pid,
    pstart: upid.pstart,
    starttime: upid.starttime * 1000,
    type: upid.type,
    id: upid.id,
    user: upid.user,
    state: {
      kind: "ended",
      at: Number(row.endtime ?? upid.starttime) * 1000,
      exitstatus: text(row.status ?? row.exitstatus) || "OK",
    },
    log: [],
    warnings: 0,
    error: "",
    silent: false,
    steps: [],
    cleanup: [],
    waiting: { kind: "nothing" },
    holds: [],
    waiters: [],
    turn: 0,
  };
  world.tasks[name] = task;
  node.tasks.push(name);
};

/** Tasks that had ended before the topic began, with their logs where they are read. */
const seeTasks = (origin: Origin, exchange: Exchange): void => {
  const path = pathOf(exchange);
  const data = exchange.response?.data;
  if (!asked(exchange, "GET"))
    for (const [, word] of textsIn(data)) if (parseUpid(word) !== undefined) origin.make(`task ${word}`);
  if (!asked(exchange, "GET") || !worked(exchange)) return;
  if (path.endsWith("/tasks")) for (const row of rowsOf(data)) putTask(origin, row);
  if (/\/tasks\/UPID[^/]*\/status$/.test(path) && isRow(data) && data.status === "stopped") putTask(origin, data);
  const log = /\/tasks\/(UPID[^/]*)\/log$/.exec(path)?.[1];
  const task = log === undefined ? undefined : origin.world.tasks[log];
  if (task !== undefined) for (const row of rowsOf(data)) task.log[Number(row.n) - 1] = text(row.t);
};

/** Pools, options, states of the high-availability managers, the cluster's own log. */
const seeCluster = (origin: Origin, exchange: Exchange): void => {
  const { world } = origin;
  const path = pathOf(exchange);
  const data = exchange.response?.data;
  if (path === "/pools" && asked(exchange, "POST") && worked(exchange))
    origin.make(`pool ${text(bodyOf(exchange).poolid)}`);
  if (path.startsWith("/cluster/ha/") && !asked(exchange, "GET")) origin.make("ha");
  if (path === "/cluster/options" && !asked(exchange, "GET")) origin.make("options");
  if (!asked(exchange, "GET") || !worked(exchange)) return;
  if (path === "/pools") {
    for (const row of rowsOf(data)) {
      const id = text(row.poolid);
      if (origin.isOld(`pool ${id}`))
        world.pools[id] ??= {
          vmids: [],
          storages: [],
          ...(typeof row.comment === "string" ? { comment: row.comment } : {}),
        };
    }
  }
  if (path === "/cluster/log") {
    for (const row of rowsOf(data).toReversed()) {
      const at = Number(row.time) * 1000;
      if (at >= world.now) continue;
      world.logUid = Math.max(world.logUid, Number(row.uid));
      if (!world.log.some((entry) => entry.uid === Number(row.uid) && entry.node === row.node)) {
        world.log.push({
          uid: Number(row.uid),
          at,
          node: text(row.node),
          pid: Number(row.pid),
          tag: text(row.tag),
          pri: Number(row.pri),
          user: text(row.user),
          msg: text(row.msg),
        });
      }
    }
  }
  if (path === "/cluster/resources" && origin.isOld("ha")) {
    for (const row of rowsOf(data)) {
      if (row.type !== "node" || typeof row.hastate !== "string") continue;
      if (/^(?:online|maintenance|unknown|fence|gone)$/.test(row.hastate))
        world.ha.nodes[text(row.node)] = row.hastate as "online";
    }
    origin.make("ha nodes");
  }
  if (path === "/cluster/ha/status/current" && origin.isOld("ha master")) {
    origin.make("ha master");
    const master = rowsOf(data).find((row) => row.type === "master");
    if (master !== undefined) world.ha.master = { node: text(master.node), since: Number(master.timestamp) * 1000 };
  }
  if (path === "/cluster/ha/status/current" && origin.isOld("ha")) {
    for (const row of rowsOf(data)) {
      const node = text(row.node);
      if (row.type === "lrm") {
        const active = / \(active,/.test(text(row.status)) || /watchdog active/.test(text(row.status));
        world.ha.lrm[node] = { mode: "active", active };
        if (/old timestamp/.test(text(row.status))) world.ha.lastSeen[node] = Number(row.timestamp) * 1000;
        world.ha.nodes[node] ??= "online";
      }
    }
    origin.make("ha");
  }
};

/** A node that answers nobody, and is not said to be starting, has lost its power. */
const seeFaults = (origin: Origin, exchanges: readonly Exchange[]): void => {
  for (const exchange of exchanges) {
    const silent = exchange.status === 595 ? /^\/nodes\/([^/]+)/.exec(pathOf(exchange))?.[1] : undefined;
    const node = silent === undefined ? undefined : origin.world.nodes[silent];
    if (node === undefined || node.state.kind === "off") continue;
    node.state = { kind: "off", since: origin.world.now };
    const { cluster } = origin.world;
    cluster.partitions = [cluster.partitions.flat().filter((name) => name !== silent), [node.name]];
  }
};

/** What a node is made of, as the topic reads it: disks, devices, services, packages. */
const seeHardware = (origin: Origin, exchange: Exchange): void => {
  const [, name = "", rest = ""] = /^\/nodes\/([^/]+)\/(.*)$/.exec(pathOf(exchange)) ?? [];
  const node = origin.world.nodes[name];
  const data = exchange.response?.data;
  if (node === undefined || !asked(exchange, "GET") || !worked(exchange)) return;
  if (rest === "hardware/pci") {
    node.hardware.pci = rowsOf(data).map(({ id, class: kind, vendor, device, iommugroup, ...names }) => ({
      id: text(id),
      class: text(kind),
      vendor: text(vendor),
      device: text(device),
      iommugroup: Number(iommugroup),
      names: configOf(names),
    }));
  }
  if (rest === "disks/list") {
    node.disks = rowsOf(data).map((row) => ({
      devpath: text(row.devpath),
      model: text(row.model),
      serial: text(row.serial),
      vendor: text(row.vendor),
      wwn: text(row.wwn),
      type: "unknown",
      size: Number(row.size),
      rpm: Number(row.rpm),
      used: text(row.used),
      gpt: row.gpt === 1,
      mounted: row.mounted === 1,
      health: "UNKNOWN",
      attributes: [],
      failed: false,
    }));
  }
  if (rest === "capabilities/qemu/machines") {
    const newest = text(rowsOf(data)[0]?.version);
    node.versions.qemu = `${newest}.0-1`;
  }
  if (rest === "apt/versions" || rest === "apt/update") {
    const into = rest === "apt/versions" ? node.packages : node.updates;
    for (const key of Object.keys(into)) delete into[key];
    for (const row of rowsOf(data)) {
      const name = text(row.Package);
      const one = {
        name,
        version: text(row.Version),
        title: text(row.Title),
        section: text(row.Section),
        priority: text(row.Priority),
        arch: text(row.Arch),
        origin: text(row.Origin),
        installed: row.CurrentState !== "NotInstalled",
      };
      node.packages[name] ??= one;
      if (rest === "apt/update") node.updates[name] = { ...one, oldVersion: text(row.OldVersion), needsReboot: false };
    }
  }
  if (rest === "certificates/info") {
    node.certificates = rowsOf(data).map((row) => ({
      filename: text(row.filename),
      subject: text(row.subject),
      issuer: text(row.issuer),
      san: Array.isArray(row.san) ? row.san.map(text) : [],
      notBefore: Number(row.notbefore) * 1000,
      notAfter: Number(row.notafter) * 1000,
      fingerprint: text(row.fingerprint),
      keyType: text(row["public-key-type"]),
      keyBits: Number(row["public-key-bits"]),
      pem: text(row.pem),
    }));
  }
  if (rest === "services") {
    for (const row of rowsOf(data)) {
      const unit = text(row["unit-state"]);
      node.services[text(row.service)] = {
        description: text(row.desc),
        unit: unit === "enabled" || unit === "disabled" || unit === "static" || unit === "masked" ? unit : "not-found",
        active: row["active-state"] === "active",
      };
    }
  }
};

/** When a task began, finer than its second: by its node's ticks. */
const startOf = (world: World, upid: string): number => {
  const task = world.tasks[upid];
  return task === undefined ? 0 : task.starttime + (task.pstart % 100_000_000) / 1e9;
};

const apart = (world: World): void => {
  delete world.cluster.corosync;
  world.cluster.partitions = Object.keys(world.nodes).map((name) => [name]);
};

/** The world that a topic began in, as far as the topic shows it. Nothing here knows one topic from another. */
export const startingWorld = (exchanges: readonly Exchange[]): World => {
  const { nodes, joins } = nodesOf(exchanges);
  const world = bareWorld({ nodes, release: "9.2", now: beginning(exchanges) });
  if (joins) apart(world);
  const origin = new Origin(world);
  for (const exchange of exchanges) {
    seeAccess(origin, exchange);
    seeStorages(origin, exchange);
    seeGuests(origin, exchange);
    seeTasks(origin, exchange);
    seeCluster(origin, exchange);
    seeHardware(origin, exchange);
    seeBackups(origin, exchange);
  }
  seeUnshownGuests(origin, exchanges);
  nameVolumes(origin, exchanges);
  seeFaults(origin, exchanges);
  for (const node of Object.values(world.nodes))
    node.tasks.sort((one, other) => startOf(world, one) - startOf(world, other));
  world.log.sort((one, other) => one.uid - other.uid);
  return world;
};
