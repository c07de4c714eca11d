import { parseUpid } from "@orrery/contract";
import { hashPassword } from "@orrery/twin-api";
import {
  addGuest,
  bareWorld,
  type Config,
  dict,
  findVolume,
  type Guest,
  type GuestKind,
  type Task,
  type World,
} from "@orrery/twin-world";
import { type Exchange, textsIn } from "./recording.ts";

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);
const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? value.filter(isRow) : []);
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

const pathOf = (exchange: Exchange): string => {
  try {
    return decodeURIComponent(exchange.request.path);
  } catch {
    return exchange.request.path;
  }
};

const bodyOf = (exchange: Exchange): Row => (isRow(exchange.request.body) ? exchange.request.body : {});
const asked = (exchange: Exchange, method: string): boolean => exchange.request.method === method;
const worked = (exchange: Exchange): boolean => exchange.status === 200;
const words = (value: unknown): string[] =>
  text(value)
    .split(/[,;\s]+/)
    .filter((word) => word !== "");

const timeKeys = /^(?:time|timestamp|starttime|endtime|ctime)$/;

const timesIn = (value: unknown, key = ""): number[] => {
  if (typeof value === "number") return timeKeys.test(key) && value > 1.5e9 && value < 2.5e9 ? [value] : [];
  if (typeof value === "string") {
    const ticket = /^PVE:[^:]+:([0-9A-F]{8})::/.exec(value)?.[1];
    const started = parseUpid(value)?.starttime ?? (ticket === undefined ? undefined : Number.parseInt(ticket, 16));
    return started === undefined ? [] : [started];
  }
  if (Array.isArray(value)) return value.flatMap((one) => timesIn(one, key));
  return isRow(value) ? Object.entries(value).flatMap(([name, one]) => timesIn(one, name)) : [];
};

/** The first moment that a topic's answers tell of, in milliseconds. */
const beginning = (exchanges: readonly Exchange[]): number => {
  for (const exchange of exchanges) {
    const times = timesIn(exchange.response?.data);
    // A call that starts a task tells its moment; a read tells that all it shows is over.
    if (times.length > 0)
      return exchange.request.method === "GET" ? Math.max(...times) * 1000 + 1000 : Math.min(...times) * 1000 - 100;
  }
  return Date.UTC(2026, 10, 22, 9);
};

/** The nodes that a topic's answers name, whether they are a cluster from the start, and how it is called. */
const nodesOf = (exchanges: readonly Exchange[]): { nodes: string[]; joins: boolean } => {
  const nodes = new Set(["pve1"]);
  let joins = false;
  for (const exchange of exchanges) {
    if (pathOf(exchange) === "/cluster/config" && asked(exchange, "POST") && worked(exchange)) joins = true;
    for (const [key, word] of textsIn(exchange.response?.data)) {
      if (key === "node" || key === "name") for (const name of [word]) if (/^pve\d$/.test(name)) nodes.add(name);
      const upid = parseUpid(word);
      if (upid !== undefined) nodes.add(upid.node);
    }
    const member = exchange.response?.data;
    if (isRow(member) && isRow(member.allowed_nodes)) continue;
    const allowed = isRow(member) ? member.allowed_nodes : undefined;
    if (Array.isArray(allowed)) for (const name of allowed) nodes.add(text(name));
    if (!exchange.statusText.startsWith("hostname lookup")) {
      const named = /^\/nodes\/(pve\d)\//.exec(pathOf(exchange))?.[1];
      if (named !== undefined) nodes.add(named);
    }
  }
  return { nodes: [...nodes].toSorted(), joins };
};

/** What the topic itself has made by now: only what was there before it belongs to the world it began in. */
class Origin {
  readonly world: World;
  readonly #made = new Set<string>();
  readonly #clones = new Map<string, string>();

  constructor(world: World) {
    this.world = world;
  }

  make(what: string): void {
    this.#made.add(what);
  }

  /** Notes that one guest was cloned from another. */
  clone(source: string, made: string): void {
    this.#clones.set(made, source);
  }

  cloneOf(made: string): string | undefined {
    return this.#clones.get(made);
  }

  isOld(what: string): boolean {
    return !this.#made.has(what);
  }
}

const typedKeys = /^(?:lock|template|parent)$/;

const giveDisks = (world: World, guest: Guest): void => {
  const keys =
    guest.kind === "qemu" ? /^(?:scsi|virtio|sata|ide|efidisk|tpmstate|unused)\d+$/ : /^(?:rootfs|mp\d+|unused\d+)$/;
  for (const [key, value] of Object.entries(guest.config)) {
    const [volid = "", ...options] = text(value).split(",");
    if (!keys.test(key) || !/^[\w-]+:.+/.test(volid) || findVolume(world, guest.node, volid) !== undefined) continue;
    const size = /^size=(\d+(?:\.\d+)?)([KMGT]?)$/.exec(options.find((one) => one.startsWith("size=")) ?? "size=0");
    const bytes = Number(size?.[1] ?? 0) * 1024 ** "KMGT".indexOf(size?.[2] || "K") * (size?.[2] ? 1024 : 1);
    putVolume(world, guest.node, {
      volid,
      size: bytes,
      vmid: guest.vmid,
      content: guest.kind === "qemu" ? "images" : "rootdir",
    });
  }
};

const putVolume = (world: World, node: string, row: Row): void => {
  const volid = text(row.volid);
  const storage = volid.slice(0, volid.indexOf(":"));
  const backing = world.backings[world.mounts[`${storage}@${node}`] ?? world.mounts[storage] ?? ""];
  const content = text(row.content);
  if (backing === undefined || backing.volumes[volid] !== undefined) return;
  if (
    content !== "images" &&
    content !== "rootdir" &&
    content !== "iso" &&
    content !== "vztmpl" &&
    content !== "backup" &&
    content !== "snippets"
  )
    return;
  const used = Number(row.used ?? row.size ?? 0);
  const kind = row.subtype === "lxc" ? "lxc" : "qemu";
  backing.volumes[volid] = {
    volid,
    storage,
    content,
    format: text(row.format) || (/\.(\w+)$/.exec(volid)?.[1] ?? "raw"),
    size: Number(row.size ?? 0),
    used,
    ctime: Number(row.ctime ?? 0) * 1000 || world.now,
    protected: row.protected === 1,
    ...(row.vmid === undefined || row.vmid === null ? {} : { vmid: Number(row.vmid) }),
    ...(typeof row.parent === "string" ? { parent: row.parent } : {}),
    ...(typeof row.notes === "string" ? { notes: row.notes } : {}),
    ...(content === "backup"
      ? {
          archive: {
            kind,
            at: Number(row.ctime ?? 0) * 1000,
            guestName: "",
            config: dict<string | number>([["hostname", "ct"]]),
            disks: dict(),
            verification: { kind: "none" },
            encrypted: false,
            installed: true,
          },
        }
      : {}),
  };
  backing.used += used;
};

const configOf = (row: Row): Config => {
  const config: Config = dict();
  for (const [key, value] of Object.entries(row)) {
    if (key === "digest" || (typedKeys.test(key) === false && value === null)) continue;
    if (typeof value === "string" || typeof value === "number") config[key] = value;
  }
  return config;
};

const mib = 1_048_576;

/** A configuration that shows what a list says of a guest. */
const configFromRow = (kind: GuestKind, row: Row): Config => {
  const config: Config = dict();
  const born = 1_795_330_000;
  if (kind === "qemu") config.meta = `creation-qemu=7.2.22,ctime=${born}`;
  if (typeof row.name === "string" && row.name !== `VM${text(row.vmid)}`)
    config[kind === "qemu" ? "name" : "hostname"] = row.name;
  if (row.maxmem !== undefined)
    config.memory = kind === "qemu" ? String(Number(row.maxmem) / mib) : Number(row.maxmem) / mib;
  const cores = Number(row.cpus ?? row.maxcpu ?? 1);
  if (cores > 1 && kind === "qemu") config.cores = cores;
  if (row.maxswap !== undefined) config.swap = Number(row.maxswap) / mib;
  if (typeof row.tags === "string") config.tags = row.tags;
  if (row.agent === 1) config.agent = "1";
  if (row.template === 1) config.template = 1;
  if (row.serial === 1) config.serial0 = "socket";
  if (typeof row.lock === "string") config.lock = row.lock;
  const size = Number(row.maxdisk ?? 0);
  const vmid = text(row.vmid);
  if (isRow(row.nics))
    for (const key of Object.keys(row.nics))
      config[`net${/i(\d+)$/.exec(key)?.[1] ?? 0}`] = `virtio=BC:24:11:00:00:${vmid},bridge=vmbr0`;
  if (size > 0) {
    const gib = size / 2 ** 20;
    const text = `local:${vmid}/vm-${vmid}-disk-0.${kind === "qemu" ? "qcow2" : "raw"},size=${gib % 1024 === 0 ? `${gib / 1024}G` : `${gib}M`}`;
    config[kind === "qemu" ? "scsi0" : "rootfs"] = text;
    if (kind === "qemu") config.boot = "order=scsi0";
  }
  return config;
};

const putGuest = (
  origin: Origin,
  kind: GuestKind,
  node: string,
  vmid: number,
  config: Config,
  state: Row,
  whole = false,
): void => {
  const { world } = origin;
  const known = world.guests[vmid];
  if (!origin.isOld(`guest ${vmid}`) || vmid === 0) return;
  if (known !== undefined) {
    // The first look at the configuration itself, without what the topic has changed by then, tells more than a list did.
    if (!whole) {
      for (const [key, value] of Object.entries(config)) {
        if (
          /^(?:name|tags|net\d+)$/.test(key) &&
          known.config[key] === undefined &&
          origin.isOld(`guest ${vmid} ${key}`)
        )
          known.config[key] = value;
      }
      return;
    }
    if (!origin.isOld(`guest ${vmid} read`)) return;
    origin.make(`guest ${vmid} read`);
    for (const key of Object.keys(known.config)) if (origin.isOld(`guest ${vmid} ${key}`)) delete known.config[key];
    for (const [key, value] of Object.entries(config))
      if (origin.isOld(`guest ${vmid} ${key}`) && !key.startsWith("unused")) known.config[key] = value;
    giveDisks(world, known);
    return;
  }
  if (whole) origin.make(`guest ${vmid} read`);
  const guest = addGuest(world, { vmid, kind, node, config, installed: false });
  giveDisks(world, guest);
  if (state.status === "running")
    guest.run = {
      kind: "running",
      pid: Number(state.pid ?? 500),
      since: world.now - Number(state.uptime ?? 60) * 1000,
      agentAt: world.now + 1e12,
    };
  if (guest.run.kind === "running") guest.history.push([guest.run.since, guest.node]);
};

/** Guests that lists, configurations and states show, and those that a call was carried out on. */
const seeGuests = (origin: Origin, exchange: Exchange): void => {
  const path = pathOf(exchange);
  const data = exchange.response?.data;
  const [, node = "", kind = "", id, rest = ""] =
    /^\/nodes\/([^/]+)\/(qemu|lxc)(?:\/(\d+))?(?:\/(.*))?$/.exec(path) ?? [];
  if (asked(exchange, "GET") && worked(exchange)) {
    if (path === "/cluster/resources") {
      for (const row of rowsOf(data)) {
        if (row.type === "qemu" || row.type === "lxc")
          putGuest(origin, row.type, text(row.node), Number(row.vmid), configFromRow(row.type, row), row);
      }
    }
    if (kind !== "qemu" && kind !== "lxc") return;
    if (id === undefined)
      for (const row of rowsOf(data)) putGuest(origin, kind, node, Number(row.vmid), configFromRow(kind, row), row);
    else if (rest === "config" && isRow(data)) {
      const config = configOf(data);
      for (const key of Object.keys(config)) if (!origin.isOld(`guest ${id} ${key}`)) delete config[key];
      putGuest(origin, kind, node, Number(id), config, {}, true);
      seeClone(origin, id, kind, node, config);
    } else if (rest === "status/current" && isRow(data))
      putGuest(origin, kind, node, Number(id), configFromRow(kind, data), data);
    return;
  }
  if (!worked(exchange) || (kind !== "qemu" && kind !== "lxc")) return;
  const body = bodyOf(exchange);
  if (id === undefined) {
    origin.make(`guest ${text(body.vmid)}`);
    return;
  }
  if (rest === "clone") {
    origin.make(`guest ${text(body.newid)}`);
    origin.clone(id, text(body.newid));
  }
  if (rest === "config")
    for (const key of [...Object.keys(body), ...words(body.delete)]) origin.make(`guest ${id} ${key}`);
};

/** A clone has its origin's configuration, but for what is each guest's own. */
const seeClone = (origin: Origin, id: string, kind: GuestKind, node: string, config: Config): void => {
  const source = origin.cloneOf(id);
  if (source === undefined || !origin.isOld(`guest ${source}`) || !origin.isOld(`guest ${source} read`)) return;
  const told: Config = Object.assign(dict<string | number>(), config);
  for (const key of ["name", "hostname", "template", "vmgenid", "smbios1", "digest", "description"]) delete told[key];
  for (const [key, value] of Object.entries(told))
    if (typeof value === "string")
      told[key] = value
        .replaceAll(`:${id}/vm-${id}-`, `:${source}/vm-${source}-`)
        .replaceAll(`:${id}/base-${id}-`, `:${source}/vm-${source}-`);
  if (config.description !== undefined) told.description = config.description;
  const before = origin.world.guests[source];
  if (before?.config.name !== undefined) told.name = before.config.name;
  putGuest(origin, kind, node, Number(source), told, {}, true);
};

/** A call that was carried out on a guest nobody has shown: it was there, and that is all that is known of it. */
const seeUnshownGuests = (origin: Origin, exchanges: readonly Exchange[]): void => {
  const failed = new Set<string>();
  const absent = new Set<string>();
  for (const exchange of exchanges) {
    const missing = /(\d+)\.conf' does not exist/.exec(exchange.statusText)?.[1];
    if (missing !== undefined) absent.add(missing);
    const data = exchange.response?.data;
    if (isRow(data) && /does not exist|unable to find/.test(text(data.exitstatus))) failed.add(text(data.upid));
  }
  for (const exchange of exchanges) {
    const [, node = "", kind = "", id, rest = ""] =
      /^\/nodes\/([^/]+)\/(qemu|lxc)\/(\d+)(?:\/(.*))?$/.exec(pathOf(exchange)) ?? [];
    if (id === undefined || (kind !== "qemu" && kind !== "lxc") || rest === "") continue;
    const data = exchange.response?.data;
    const sentence = exchange.statusText;
    if (absent.has(id)) continue;
    const live =
      (worked(exchange) && !failed.has(text(data))) ||
      /already running|not running|already exists|is locked/.test(sentence);
    if (live && origin.isOld(`guest ${id}`) && origin.world.guests[id] === undefined && !madeSomewhere(exchanges, id)) {
      putGuest(origin, kind, node, Number(id), configFromRow(kind, { vmid: id, name: `${kind}${id}` }), {});
    }
  }
};

const madeSomewhere = (exchanges: readonly Exchange[], id: string): boolean =>
  exchanges.some(
    (exchange) =>
      asked(exchange, "POST") &&
      worked(exchange) &&
      (text(bodyOf(exchange).vmid) === id || text(bodyOf(exchange).newid) === id),
  );

const putUser = (origin: Origin, userid: string, row: Row = {}): void => {
  const { users, groups } = origin.world.access;
  if (!origin.isOld(`user ${userid}`)) return;
  users[userid] ??= { userid, enable: true, expire: 0, tokens: dict(), tfa: dict() };
  const user = users[userid];
  for (const field of ["firstname", "lastname", "email", "comment"] as const)
    if (typeof row[field] === "string" && user[field] === undefined) user[field] = row[field];
  for (const name of words(row.groups)) {
    groups[name] ??= { members: [] };
    if (!groups[name].members.includes(userid)) groups[name].members.push(userid);
  }
  for (const token of rowsOf(row.tokens)) putToken(origin, `${userid}!${text(token.tokenid)}`, token.privsep === 1);
};

const putToken = (origin: Origin, name: string, privsep: boolean): void => {
  const [userid = "", tokenid = ""] = name.split("!");
  if (!origin.isOld(`token ${name}`)) return;
  putUser(origin, userid);
  const user = origin.world.access.users[userid];
  if (user !== undefined) user.tokens[tokenid] ??= { expire: 0, privsep, secret: `secret-of-${name}` };
};

const areas: Readonly<Record<string, string>> = {
  dc: "/",
  vms: "/vms",
  storage: "/storage",
  nodes: "/nodes",
  sdn: "/sdn",
  mapping: "/mapping",
  access: "/access/groups",
};

/** A login's answer shows what the user may do in each area: rules that grant that, and on the root nothing below it. */
const seeCapabilities = (origin: Origin, userid: string, capabilities: unknown): void => {
  const { access } = origin.world;
  if (
    !isRow(capabilities) ||
    userid === "root@pam" ||
    !origin.isOld(`acl ${userid}`) ||
    access.acls.some((row) => row.ugid === userid)
  )
    return;
  for (const [area, path] of Object.entries(areas)) {
    const shown = capabilities[area];
    const privileges = isRow(shown) ? Object.keys(shown) : [];
    if (privileges.length === 0) continue;
    const roleid = `Seen${area}`;
    access.roles[roleid] = { privileges, special: false };
    access.acls.push({ path, type: "user", ugid: userid, roleid, propagate: area !== "dc" });
  }
};

/** Users, groups, roles, tokens and rules; a login that worked tells the password. */
const seeAccess = (origin: Origin, exchange: Exchange): void => {
  const { access } = origin.world;
  const path = pathOf(exchange);
  const body = bodyOf(exchange);
  const data = exchange.response?.data;
  if (path === "/access/ticket" && asked(exchange, "POST") && worked(exchange)) {
    const userid = `${text(body.username)}${body.realm === undefined ? "" : `@${text(body.realm)}`}`;
    putUser(origin, userid);
    if (isRow(data)) seeCapabilities(origin, userid, data.cap);
    const user = access.users[userid];
    if (
      user !== undefined &&
      user.password === undefined &&
      !text(body.password).startsWith("PVE:") &&
      origin.isOld(`password ${userid}`)
    ) {
      user.password = hashPassword(origin.world, text(body.password));
    }
  }
  if (exchange.request.authKind === "token" && exchange.request.as === undefined && worked(exchange))
    putToken(origin, "root@pam!admin", false);
  if (exchange.request.authKind === "ticket-other" && exchange.request.as === undefined) putUser(origin, "alice@pve");
  if (!worked(exchange)) return;
  if (path === "/access/users" && asked(exchange, "GET"))
    for (const row of rowsOf(data)) putUser(origin, text(row.userid), row);
  if (path === "/access/users" && asked(exchange, "POST")) origin.make(`user ${text(body.userid)}`);
  if (path === "/access/password") origin.make(`password ${text(body.userid)}`);
  const token = /^\/access\/users\/([^/]+)\/token\/([^/]+)$/.exec(path);
  if (token !== null && asked(exchange, "POST")) origin.make(`token ${token[1]}!${token[2]}`);
  if (path === "/access/acl" && asked(exchange, "PUT") && body.delete === undefined) {
    for (const userid of words(body.users)) putUser(origin, userid);
    // A token that is given rules of its own is one whose privileges are separate.
    for (const name of words(body.tokens)) putToken(origin, name, true);
  }
  if (path === "/access/acl" && asked(exchange, "GET")) {
    for (const row of rowsOf(data)) {
      const [aclPath, ugid, roleid] = [text(row.path), text(row.ugid), text(row.roleid)];
      const type = row.type === "user" || row.type === "group" || row.type === "token" ? row.type : undefined;
      if (type === undefined || !origin.isOld("acl") || access.roles[roleid] === undefined) continue;
      if (!access.acls.some((other) => other.path === aclPath && other.ugid === ugid && other.roleid === roleid)) {
        access.acls.push({ path: aclPath, type, ugid, roleid, propagate: row.propagate === 1 });
      }
    }
    origin.make("acl");
  }
  if (path === "/access/acl" && asked(exchange, "PUT")) {
    origin.make("acl");
    for (const name of words(body.users)) origin.make(`acl ${name}`);
  }
};

const putStorage = (origin: Origin, row: Row, node: string | undefined): void => {
  const { world } = origin;
  const id = text(row.storage);
  if (id === "" || !origin.isOld(`storage ${id}`)) return;
  const local = world.storages.local;
  if (id === "local") {
    if (row.priority === 0 && local !== undefined) local.options.priority = 0;
    return;
  }
  const options: Config = dict();
  for (const key of ["content", "path", "shared", "nodes", "server", "export"]) {
    const value = row[key];
    if (typeof value === "string" || (typeof value === "number" && value !== 0)) options[key] = value;
  }
  options.path ??= `/var/lib/${id}`;
  world.storages[id] ??= { id, type: text(row.type === "storage" ? row.plugintype : row.type) || "dir", options };
  for (const name of node === undefined ? Object.keys(world.nodes) : [node]) {
    const backing = world.mounts[`local@${name}`];
    if (backing !== undefined) world.mounts[`${id}@${name}`] = backing;
  }
};

const seeStorages = (origin: Origin, exchange: Exchange): void => {
  const path = pathOf(exchange);
  const data = exchange.response?.data;
  if (asked(exchange, "POST") && path === "/storage" && worked(exchange))
    origin.make(`storage ${text(bodyOf(exchange).storage)}`);
  if (asked(exchange, "POST") && worked(exchange)) origin.make("volumes");
  if (!asked(exchange, "GET") || !worked(exchange)) return;
  if (path === "/storage") for (const row of rowsOf(data)) putStorage(origin, row, undefined);
  const node = /^\/nodes\/([^/]+)\/storage$/.exec(path)?.[1];
  if (node !== undefined) for (const row of rowsOf(data)) putStorage(origin, row, undefined);
  if (path === "/cluster/resources")
    for (const row of rowsOf(data)) if (row.type === "storage") putStorage(origin, row, text(row.node));
  const content = /^\/nodes\/([^/]+)\/storage\/[^/]+\/content$/.exec(path)?.[1];
  if (content !== undefined) {
    // Volumes older than the topic's first change were there when it began.
    for (const row of rowsOf(data)) {
      const early = Number(row.ctime ?? 0) * 1000 < origin.world.now;
      const foreign =
        row.content === "vztmpl" || row.content === "iso" ? origin.isOld(`upload ${text(row.volid)}`) : early;
      if ((origin.isOld("volumes") || foreign) && early) putVolume(origin.world, content, row);
    }
  }
};

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

/** A backup tells the configuration of the guest that it was made of. */
const seeBackups = (origin: Origin, exchange: Exchange): void => {
  const volume = text(exchange.request.query?.volume);
  const [, kind = "", vmid = ""] = /vzdump-(qemu|lxc)-(\d+)-/.exec(volume) ?? [];
  const node = /^\/nodes\/([^/]+)\/vzdump\/extractconfig$/.exec(pathOf(exchange))?.[1];
  if (node === undefined || !worked(exchange) || (kind !== "qemu" && kind !== "lxc")) return;
  const config: Config = dict();
  for (const line of text(exchange.response?.data).split("\n")) {
    const [, key = "", value = ""] = /^([\w-]+): (.*)$/.exec(line) ?? [];
    if (key !== "") config[key] = value;
  }
  putGuest(origin, kind, node, Number(vmid), config, {});
};

/** A disk of which only the size was shown is the old volume of its guest that a listing shows. */
const nameVolumes = (origin: Origin, exchanges: readonly Exchange[]): void => {
  const shown = exchanges
    .filter(
      (exchange) => asked(exchange, "GET") && worked(exchange) && /\/storage\/[^/]+\/content$/.test(pathOf(exchange)),
    )
    .flatMap((exchange) => rowsOf(exchange.response?.data))
    .filter((row) => row.content === "images" || row.content === "rootdir");
  if (shown.length === 0) return;
  for (const guest of Object.values(origin.world.guests)) {
    for (const [key, value] of Object.entries(guest.config)) {
      const volid = text(value).split(",")[0] ?? "";
      const own = shown.filter((row) => row.vmid === guest.vmid && Number(row.ctime) * 1000 < origin.world.now);
      const [only] = own;
      if (
        !/^local:\d+\/vm-\d+-disk-0\./.test(volid) ||
        only === undefined ||
        own.length > 1 ||
        own.some((row) => row.volid === volid)
      )
        continue;
      guest.config[key] = text(value).replace(volid, text(only.volid));
      for (const backing of Object.values(origin.world.backings)) delete backing.volumes[volid];
      putVolume(origin.world, guest.node, only);
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
