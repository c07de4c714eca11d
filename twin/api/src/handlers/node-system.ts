import { type Config, type Node, sha1, shutdownNode } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { configDigest, needDigest } from "../digest.ts";
import { nodeFigures } from "../figures.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { startWorker, upidOrRefusal } from "../start.ts";
import { description } from "./cluster-options.ts";
import { configOf } from "./values.ts";

export const nodeOf = (call: Call): Node => call.world.nodes[call.node] ?? fail(`no such cluster node '${call.node}'`);

const vendorOf = (model: string): string => (/amd|epyc|ryzen|opteron/i.test(model) ? "AuthenticAMD" : "GenuineIntel");

const status = (call: Call): unknown => {
  const node = nodeOf(call);
  const { hardware, versions } = node;
  const figures = nodeFigures(call.world, node);
  const root = call.world.backings[node.root];
  const [total, used] = [root?.total ?? 0, root?.used ?? 0];
  const build = "#1 SMP PREEMPT_DYNAMIC @0";
  const free = figures.maxmem - figures.mem;
  const ninetwo = call.world.release === "9.2";
  return {
    uptime: figures.uptime,
    cpu: figures.cpu,
    wait: figures.wait,
    idle: 0,
    loadavg: [1, 0.97, 0.93].map((share) => (figures.loadavg * share).toFixed(2)),
    memory: { total: figures.maxmem, used: figures.mem, free, ...(ninetwo ? { available: free } : {}) },
    swap: { total: hardware.swap, used: 0, free: hardware.swap },
    ksm: { shared: 0 },
    rootfs: { total, used, free: total - used, avail: total - used },
    cpuinfo: {
      model: hardware.model,
      mhz: hardware.mhz.toFixed(3),
      cpus: hardware.cpus,
      cores: hardware.cores,
      sockets: hardware.sockets,
      flags: hardware.flags,
      hvm: hardware.hvm && / (?:svm|vmx) /.test(` ${hardware.flags} `) ? "1" : "",
      user_hz: 100,
      ...(ninetwo ? { vendor: vendorOf(hardware.model), family: "26" } : {}),
    },
    "boot-info": {
      mode: hardware.bootMode,
      ...(hardware.bootMode === "efi" ? { secureboot: hardware.secureBoot ? 1 : 0 } : {}),
    },
    "current-kernel": { sysname: "Linux", machine: "x86_64", release: versions.kernel, version: build },
    kversion: `Linux ${versions.kernel} ${build}`,
    pveversion: `pve-manager/${versions.pve}/${versions.repoid}`,
  };
};

const offsetSeconds = (zone: string, at: number): number => {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
  const text = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const match = /GMT([+-])(\d+):(\d+)/.exec(text);
  return match === null ? 0 : (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
};

const time = (call: Call): unknown => {
  const node = nodeOf(call);
  const at = call.world.now + node.clockError;
  const seconds = Math.floor(at / 1000);
  return { timezone: node.timezone, time: seconds, localtime: seconds + offsetSeconds(node.timezone, at) };
};

const setTime = (call: Call): unknown => {
  const zone = call.need("timezone");
  const known = zone === "UTC" || Intl.supportedValuesOf("timeZone").includes(zone);
  if (!known) refuseParameters({ timezone: "No such timezone" });
  nodeOf(call).timezone = zone;
  return null;
};

const setDns = (call: Call): unknown => {
  const node = nodeOf(call);
  node.dns = configOf(call, "node", "delete");
  return null;
};

const hosts = (call: Call): unknown => {
  const { hosts: data } = nodeOf(call);
  return { data, digest: sha1(data) };
};

const setHosts = (call: Call): unknown => {
  const node = nodeOf(call);
  needDigest(call.text("digest"), sha1(node.hosts));
  node.hosts = call.need("data");
  return null;
};

const config = (call: Call): unknown => {
  const node = nodeOf(call);
  const shown = Object.fromEntries(
    Object.entries(node.config).map(([key, value]) => [
      key,
      key === "description" ? description(String(value)) : String(value),
    ]),
  );
  const only = call.text("property");
  if (only !== undefined) return shown[only] === undefined ? {} : { [only]: shown[only] };
  return Object.keys(shown).length === 0 ? {} : { ...shown, digest: configDigest(node.config) };
};

const setConfig = (call: Call): unknown => {
  const node = nodeOf(call);
  needLock(call.world, call.node, "file-nodes");
  needDigest(call.text("digest"), configDigest(node.config));
  const given = configOf(call, "node", "digest", "delete");
  for (const [key, value] of Object.entries(given)) {
    const plugin = /(?:^|,)plugin=([^,]+)/.exec(String(value))?.[1];
    if (key.startsWith("acmedomain") && plugin !== undefined && plugin !== "standalone") {
      fail(`plugin '${plugin}' for domain '${/(?:domain=)?([^,]+)/.exec(String(value))?.[1] ?? ""}' not found!`);
    }
  }
  for (const key of call.list("delete")) delete node.config[key];
  Object.assign(node.config, given);
  return null;
};

const subscription = (call: Call): unknown => ({
  url: "https://www.proxmox.com/en/proxmox-virtual-environment/pricing",
  ...nodeOf(call).subscription,
});

const certificates = (call: Call): unknown =>
  nodeOf(call).certificates.map((one) => ({
    filename: one.filename,
    subject: one.subject,
    issuer: one.issuer,
    san: one.san,
    notbefore: Math.floor(one.notBefore / 1000),
    notafter: Math.floor(one.notAfter / 1000),
    fingerprint: one.fingerprint,
    "public-key-type": one.keyType,
    "public-key-bits": one.keyBits,
    pem: one.pem,
  }));

const packageRow = (one: Node["packages"][string]): Record<string, unknown> => ({
  Package: one.name,
  Version: one.version,
  Title: one.title,
  Description: one.title,
  Section: one.section,
  Priority: one.priority,
  Arch: one.arch,
  Origin: one.origin,
});

const versions = (call: Call): unknown => {
  const node = nodeOf(call);
  return Object.values(node.packages).map((one) => ({
    ...packageRow(one),
    OldVersion: one.version,
    CurrentState: "Installed",
    ...(one.name === "proxmox-ve" ? { RunningKernel: node.versions.kernel } : {}),
    ...(one.name === "pve-manager" ? { ManagerVersion: `${node.versions.pve}/${node.versions.repoid}` } : {}),
  }));
};

const updates = (call: Call): unknown =>
  Object.values(nodeOf(call).updates).map((one) => ({ ...packageRow(one), OldVersion: one.oldVersion }));

const serviceRow = (name: string, service: Node["services"][string]): Record<string, unknown> => ({
  service: name,
  name,
  desc: service.description,
  state: service.active ? "running" : "dead",
  "active-state": service.active ? "active" : "inactive",
  "unit-state": service.unit,
});

const serviceOf = (call: Call) => {
  const name = call.need("service");
  const service = nodeOf(call).services[name];
  return service ?? refuseParameters({ service: `no such service '${name}'` });
};

/** Services without which the node's own API or cluster file system is gone: they restart, but never stop. */
const essential = new Set(["pvecluster", "pvedaemon", "pveproxy", "pve-cluster"]);

const actOnService =
  (verb: "start" | "stop" | "restart" | "reload") =>
  (call: Call): unknown => {
    const name = call.need("service");
    const service = serviceOf(call);
    const done = verb === "stop" && essential.has(name) ? "restart" : verb;
    service.active = done !== "stop";
    return startWorker(call, `srv${done}`, name, [{ do: "wait", ms: 1500 }]);
  };

const disks = (call: Call): unknown =>
  nodeOf(call)
    .disks.filter((disk) => call.text("type") === undefined || call.text("type") !== "unused" || disk.used === "")
    .map((disk) => ({
      devpath: disk.devpath,
      model: disk.model,
      serial: disk.serial,
      vendor: disk.vendor,
      wwn: disk.wwn,
      type: disk.type,
      size: disk.size,
      rpm: disk.rpm,
      used: disk.used,
      gpt: disk.gpt ? 1 : 0,
      mounted: disk.mounted ? 1 : 0,
      health: disk.health,
      wearout: disk.wearout ?? "N/A",
      osdid: -1,
      "osdid-list": null,
    }));

const smart = (call: Call): unknown => {
  const wanted = call.need("disk");
  const disk =
    nodeOf(call).disks.find((one) => one.devpath === wanted) ?? fail(`${wanted} is not a valid block device`);
  if (call.flag("healthonly") || disk.health === "UNKNOWN") return { health: disk.health };
  if (disk.text !== undefined) return { health: disk.health, type: "text", text: disk.text };
  return { health: disk.health, type: "ata", attributes: disk.attributes };
};

const hasUnit = (call: Call, name: string): boolean =>
  Object.values(call.world.storages).some((storage) => storage.type === name);

const pciRows = (call: Call): unknown =>
  nodeOf(call).hardware.pci.map((device) => ({
    id: device.id,
    class: device.class,
    vendor: device.vendor,
    device: device.device,
    iommugroup: device.iommugroup,
    ...device.names,
  }));

const journal = (call: Call): string[] =>
  call.world.log
    .filter((entry) => entry.node === call.node)
    .map(
      (entry) =>
        `${new Date(entry.at).toUTCString().slice(8, 11)} ${new Date(entry.at).toISOString().slice(8, 10)} ${new Date(entry.at).toISOString().slice(11, 19)} ${entry.node} ${entry.tag}[${entry.pid}]: <${entry.user}> ${entry.msg}`,
    );

const syslog = (call: Call): unknown => {
  const lines = journal(call);
  const start = call.number("start") ?? 0;
  call.total = lines.length;
  return lines.slice(start, start + (call.number("limit") ?? 50)).map((t, index) => ({ n: start + index + 1, t }));
};

const wake = (call: Call): unknown => {
  const target = call.need("node");
  if (target === call.node) fail(`'${target}' is local node, cannot wake my self!`);
  const mac = call.world.nodes[target]?.config.wakeonlan;
  if (mac === undefined) fail(`No wake on LAN MAC address defined for '${target}'!`);
  return String(mac);
};

const vzdumpDefaults = (call: Call): unknown => ({
  all: 0,
  bwlimit: 0,
  compress: "0",
  ionice: 7,
  lockwait: 180,
  mailnotification: "always",
  mode: "snapshot",
  "notification-mode": "auto",
  pigz: 0,
  quiet: 0,
  remove: 1,
  stdexcludes: 1,
  stop: 0,
  stopwait: 10,
  zstd: 1,
  storage: call.text("storage") ?? "local",
  dumpdir: "/var/lib/vz/dump",
  "prune-backups": "keep-all=1",
  performance: { "max-workers": 16, "pbs-entries-max": 1048576 },
  ...(call.world.release === "9.2" ? { fleecing: { enabled: 0 } } : {}),
});

/** The twin has no way out: what another host would answer is not to be had. */
const urlMetadata = (call: Call): unknown => {
  const [, scheme = "http", host = "", port] = /^(https?):\/\/([^/:]+)(?::(\d+))?/.exec(call.need("url")) ?? [];
  return fail(
    `invalid server response: '500 Can't connect to ${host}:${port ?? (scheme === "https" ? 443 : 80)} (Connection refused)'`,
  );
};

/** No terminal listens behind the twin's consoles. */
const terminal = (call: Call): unknown => {
  startWorker(call, "vncshell", "", [{ do: "fail", message: "no terminal in the twin" }]);
  return fail("Timeout while waiting for port '5900' to get ready!");
};

const executeBatch = (): unknown => [];

const power = (call: Call): unknown => {
  const refusal = shutdownNode(
    call.world,
    { user: call.rights.name },
    { node: call.node, reboot: call.need("command") === "reboot" },
  );
  return refusal === undefined ? null : upidOrRefusal(refusal);
};

const names = (...list: string[]): unknown => list.map((name) => ({ name }));

export const nodeSystem: Handlers = {
  "GET /nodes/{node}/status": status,
  "POST /nodes/{node}/status": power,
  "GET /nodes/{node}/time": time,
  "PUT /nodes/{node}/time": setTime,
  "GET /nodes/{node}/dns": (call) => ({ ...nodeOf(call).dns }),
  "PUT /nodes/{node}/dns": setDns,
  "GET /nodes/{node}/hosts": hosts,
  "POST /nodes/{node}/hosts": setHosts,
  "GET /nodes/{node}/config": config,
  "PUT /nodes/{node}/config": setConfig,
  "GET /nodes/{node}/netstat": () => [],
  "GET /nodes/{node}/subscription": subscription,
  "POST /nodes/{node}/subscription": () => null,
  "PUT /nodes/{node}/subscription": () => null,
  "DELETE /nodes/{node}/subscription": () => null,
  "GET /nodes/{node}/certificates/info": certificates,
  "GET /nodes/{node}/apt/versions": versions,
  "GET /nodes/{node}/apt/update": updates,
  "POST /nodes/{node}/apt/update": (call) =>
    startWorker(call, "aptupdate", "", [
      { do: "log", text: "starting apt-get update" },
      { do: "wait", ms: 8000 },
    ]),
  "GET /nodes/{node}/services": (call) =>
    Object.entries(nodeOf(call).services).map(([name, service]) => serviceRow(name, service)),
  "GET /nodes/{node}/services/{service}": () =>
    ["state", "start", "stop", "restart", "reload"].map((subdir) => ({ subdir })),
  "GET /nodes/{node}/services/{service}/state": (call) => serviceRow(call.need("service"), serviceOf(call)),
  "POST /nodes/{node}/services/{service}/start": actOnService("start"),
  "POST /nodes/{node}/services/{service}/stop": actOnService("stop"),
  "POST /nodes/{node}/services/{service}/restart": actOnService("restart"),
  "POST /nodes/{node}/services/{service}/reload": actOnService("reload"),
  "GET /nodes/{node}/hardware/pci": pciRows,
  "GET /nodes/{node}/hardware/usb": (call) => nodeOf(call).hardware.usb.map((device: Config) => ({ ...device })),
  "GET /nodes/{node}/disks/list": disks,
  "GET /nodes/{node}/disks/smart": smart,
  "GET /nodes/{node}/disks/lvm": () => ({ leaf: 0, children: [] }),
  "GET /nodes/{node}/disks/lvmthin": () => [],
  "GET /nodes/{node}/disks/directory": () => [],
  "GET /nodes/{node}/disks/zfs": (call) => (hasUnit(call, "zfspool") ? [] : fail("zfsutils-linux not installed")),
  "GET /nodes/{node}/disks": () => names("list", "initgpt", "smart", "lvm", "lvmthin", "directory", "wipedisk", "zfs"),
  "GET /nodes/{node}/capabilities": () => names("qemu"),
  "GET /nodes/{node}/capabilities/qemu/migration": () => ({ "has-dbus-vmstate": true }),
  "GET /nodes/{node}/ceph/status": () => fail("binary not installed: /usr/bin/ceph-mon"),
  "GET /cluster/ceph/status": () => fail("binary not installed: /usr/bin/ceph-mon"),
  "GET /nodes/{node}/vzdump/defaults": vzdumpDefaults,
  "GET /nodes/{node}/syslog": syslog,
  "GET /nodes/{node}/journal": (call) => journal(call).slice(-(call.number("lastentries") ?? 500)),
  "POST /nodes/{node}/wakeonlan": wake,
  "GET /nodes/{node}/query-url-metadata": urlMetadata,
  "POST /nodes/{node}/termproxy": terminal,
  "POST /nodes/{node}/vncshell": terminal,
  "POST /nodes/{node}/execute": executeBatch,
  "GET /nodes/{node}/firewall": () => names("rules", "options", "log"),
};
