import { addGuest, type Config, dict, findVolume, type Guest, type GuestKind, type World } from "@orrery/twin-world";
import { asked, bodyOf, isRow, pathOf, type Row, rowsOf, text, words, worked } from "./exchange-reading.ts";
import type { Origin } from "./origin.ts";
import type { Exchange } from "./recording.ts";

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

export const putVolume = (world: World, node: string, row: Row): void => {
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

export const configOf = (row: Row): Config => {
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

export const putGuest = (
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
export const seeGuests = (origin: Origin, exchange: Exchange): void => {
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
export const seeUnshownGuests = (origin: Origin, exchanges: readonly Exchange[]): void => {
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
