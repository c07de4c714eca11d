import {
  agentEnabled,
  canSnapshot,
  cpusOf,
  disksOf,
  drawHex,
  findVolume,
  type Guest,
  isRunning,
  isShared,
  isTemplate,
  localDevices,
  lockOf,
  memoryOf,
  propertyOf,
  sha1,
  sidOf,
  storageOf,
} from "@orrery/twin-world";
import { newConsoleTicket } from "../access/ticket.ts";
import type { Call, Handlers } from "../call.ts";
import { bootDiskSize, guestFigures, sizeBytes } from "../figures.ts";
import { configWithPending } from "../guest-change.ts";
import { percentDecoded } from "../percent-encoding.ts";
import { fail } from "../problem.ts";
import { startWorker } from "../start.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { digestOfGuest } from "./qemu-config.ts";

type Row = Record<string, unknown>;

const pressure = {
  pressurecpusome: 0,
  pressurecpufull: 0,
  pressurememorysome: 0,
  pressurememoryfull: 0,
  pressureiosome: 0,
  pressureiofull: 0,
};

const hasSerial = (guest: Guest): boolean => Object.keys(guest.config).some((key) => /^serial\d+$/.test(key));

const nicRows = (guest: Guest, figures: { netin: number; netout: number }): Row =>
  Object.fromEntries(
    Object.keys(guest.config)
      .filter((key) => /^net\d+$/.test(key))
      .map((key) => [`tap${guest.vmid}i${key.slice(3)}`, { netin: figures.netin, netout: figures.netout }]),
  );

/** A VM as the list of its node shows it. */
const listRow = (call: Call, guest: Guest): Row => {
  const { world } = call;
  const figures = guestFigures(world, guest);
  const lock = lockOf(guest);
  const running = guest.run.kind !== "stopped";
  const nine = world.release === "9.2";
  return {
    vmid: guest.vmid,
    name: guest.config.name ?? `VM${guest.vmid}`,
    status: running ? "running" : "stopped",
    cpus: cpusOf(world, guest),
    cpu: figures.cpu,
    mem: figures.mem,
    maxmem: memoryOf(guest),
    disk: 0,
    maxdisk: bootDiskSize(guest),
    uptime: figures.uptime,
    netin: figures.netin,
    netout: figures.netout,
    ...(nine ? { memhost: figures.memhost } : {}),
    ...(guest.run.kind === "stopped" ? {} : { pid: guest.run.pid }),
    ...(running && nine ? pressure : {}),
    ...(guest.config.tags === undefined ? {} : { tags: guest.config.tags }),
    ...(isTemplate(guest) ? { template: 1 } : {}),
    ...(lock === undefined ? {} : { lock }),
    ...(hasSerial(guest) ? { serial: 1 } : {}),
  };
};

const qmpStatus = (guest: Guest): string => {
  switch (guest.run.kind) {
    case "stopped":
      return "stopped";
    case "running":
      return "running";
    case "paused":
      return guest.run.reason;
  }
};

const balloonFields = (guest: Guest): Row => {
  const balloon = Number(guest.config.balloon ?? 0);
  return balloon > 0 ? { balloon_min: balloon * 1_048_576, shares: Number(guest.config.shares ?? 1000) } : {};
};

const fullRow = (call: Call, guest: Guest): Row => {
  const figures = guestFigures(call.world, guest);
  const running = isRunning(guest);
  const nics = nicRows(guest, figures);
  return {
    ...listRow(call, guest),
    qmpstatus: qmpStatus(guest),
    ...(running && Object.keys(nics).length > 0 ? { nics } : {}),
    ...balloonFields(guest),
  };
};

const mayAudit = (call: Call, guest: Guest): boolean => call.rights.has(`/vms/${guest.vmid}`, "VM.Audit");

const list = (call: Call): unknown =>
  Object.values(call.world.guests)
    .filter((guest) => guest.kind === "qemu" && guest.node === call.node && mayAudit(call, guest))
    .map((guest) => (call.flag("full") ? fullRow(call, guest) : listRow(call, guest)));

export const haOf = (call: Call, guest: Guest): Row => {
  const sid = sidOf(guest);
  const resource = call.world.ha.resources[sid];
  if (resource === undefined) return { managed: 0 };
  return { managed: 1, state: call.world.ha.services[sid]?.state ?? String(resource.options.state ?? "started") };
};

const current = (call: Call): unknown => {
  const guest = guestOfCall(call, "qemu");
  const vga = String(guest.config.vga ?? "");
  const spice = /^(?:type=)?qxl/.test(vga);
  return {
    ...fullRow(call, guest),
    ha: haOf(call, guest),
    ...(agentEnabled(guest) ? { agent: 1 } : {}),
    ...(spice ? { spice: 1 } : {}),
    ...(guest.config.vga === undefined ? {} : { clipboard: propertyOf(vga, "clipboard") ?? null }),
  };
};

const snapshots =
  (kind: "qemu" | "lxc") =>
  (call: Call): unknown => {
    const guest = guestOfCall(call, kind);
    const rows = Object.entries(guest.snapshots).map(([name, { config }]) => ({
      name,
      snaptime: Number(config.snaptime ?? 0),
      description: config.description ?? "",
      ...(kind === "qemu" ? { vmstate: config.vmstate === undefined ? 0 : 1 } : {}),
      ...(config.parent === undefined ? {} : { parent: config.parent }),
    }));
    const now = {
      name: "current",
      description: "You are here!",
      running: isRunning(guest) ? 1 : 0,
      digest: digestOfGuest(guest),
      ...(guest.config.parent === undefined ? {} : { parent: guest.config.parent }),
    };
    return [...rows, now];
  };

export const snapshotList = snapshots;

const nodesWith = (call: Call, guest: Guest): string[] => {
  const storages = disksOf(guest).map((disk) => call.world.storages[storageOf(disk.volid)]);
  const shared = storages.every((storage) => storage !== undefined && isShared(storage));
  return shared && storages.length > 0
    ? Object.keys(call.world.nodes)
    : storages.length === 0
      ? Object.keys(call.world.nodes)
      : [guest.node];
};

const feature = (call: Call): unknown => {
  const guest = guestOfCall(call, "qemu");
  const wanted = call.need("feature");
  const disks = disksOf(guest).filter((disk) => !disk.key.startsWith("unused"));
  const has =
    wanted === "snapshot"
      ? canSnapshot(call.world, guest)
      : wanted === "copy" || (isTemplate(guest) && disks.length > 0) || disks.length === 0;
  return { hasFeature: has ? 1 : 0, nodes: has ? nodesWith(call, guest) : [] };
};

const needRunning = (guest: Guest): void => {
  if (!isRunning(guest)) fail(`VM ${guest.vmid} not running`);
};

const monitor = (call: Call): unknown => {
  const guest = guestOfCall(call, "qemu");
  needRunning(guest);
  const command = call.need("command").trim();
  if (command === "info status") return `VM status: ${qmpStatus(guest)}\r\n`;
  if (command === "info version") return `${call.world.nodes[guest.node]?.versions.qemu ?? ""}\r\n`;
  return `unknown command: '${command.split(" ")[0]}'\r\n`;
};

const sendKey = (call: Call): unknown => {
  needRunning(guestOfCall(call, "qemu"));
  return null;
};

const vncProxy =
  (kind: "qemu" | "lxc") =>
  (call: Call): unknown => {
    const guest = guestOfCall(call, kind);
    const node = call.world.nodes[guest.node];
    const upid = startWorker(call, "vncproxy", String(guest.vmid), [{ do: "wait", ms: 10_000 }]);
    return {
      cert:
        node?.certificates.find((one) => one.filename === "pve-root-ca.pem")?.pem ?? node?.certificates[0]?.pem ?? "",
      port: "5900",
      ticket: newConsoleTicket(call.twin),
      upid,
      user: call.rights.name,
      ...(call.flag("websocket") || call.flag("generate-password") ? { password: drawHex(call.world.random, 8) } : {}),
    };
  };

export const vncProxyOf = vncProxy;

/** What stands in the way of a move to each node. */
const migrateCheck = (call: Call): unknown => {
  const guest = guestOfCall(call, "qemu");
  const { world } = call;
  const config = configWithPending(guest);
  const names = Object.keys(world.cluster.corosync?.members ?? {}).filter((name) => name !== guest.node);
  const disks = Object.keys(config)
    .filter((key) => /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+$/.test(key))
    .flatMap((key) => {
      const text = String(config[key]);
      const volid = /^(?:file=)?([^,]*)/.exec(text)?.[1] ?? "";
      const found = volid.includes(":") ? findVolume(world, guest.node, volid) : undefined;
      const storage = world.storages[storageOf(volid)];
      if (found === undefined || storage === undefined || isShared(storage)) return [];
      return [
        {
          volid,
          drivename: key,
          size: found.volume.size || sizeBytes(propertyOf(text, "size") ?? ""),
          cdrom: propertyOf(text, "media") === "cdrom" ? 1 : 0,
          shared: 0,
          replicate: propertyOf(text, "replicate") === "0" ? 0 : 1,
          is_attached: key.startsWith("unused") ? 0 : 1,
          is_unused: key.startsWith("unused") ? 1 : 0,
          is_cloudinit: volid.includes("cloudinit") ? 1 : 0,
          is_tpmstate: key.startsWith("tpmstate") ? 1 : 0,
          is_vmstate: 0,
        },
      ];
    });
  const managed = world.ha.resources[sidOf(guest)] !== undefined;
  const nine = world.release === "9.2";
  const alone = names.length === 0;
  return {
    running: isRunning(guest) ? 1 : 0,
    local_disks: disks,
    local_resources: localDevices(guest),
    "mapped-resources": [],
    ...(nine ? { "mapped-resource-info": {}, "has-dbus-vmstate": 1 } : {}),
    ...(managed && nine ? { "dependent-ha-resources": [] } : {}),
    allowed_nodes: alone ? [] : names,
    not_allowed_nodes: Object.fromEntries(names.map((name) => [name, {}])),
  };
};

const ciKeys = ["cicustom", "cipassword", "citype", "ciuser", "ciupgrade", "nameserver", "searchdomain", "sshkeys"];

const cloudInit = (call: Call): unknown => {
  const guest = guestOfCall(call, "qemu");
  const config = configWithPending(guest);
  return ciKeys.flatMap((key) => {
    const [value, now] = [config[key], guest.config[key]];
    if (value === undefined && now === undefined) return [];
    const show = (text: string | number | undefined) => (key === "cipassword" ? "**********" : text);
    return [
      { key, ...(now === undefined ? {} : { value: show(now) }), ...(value !== now ? { pending: show(value) } : {}) },
    ];
  });
};

const fqdn = (config: Readonly<Record<string, string | number>>, vmid: number): { host: string; full: string } => {
  const host = String(config.name ?? `VM${vmid}`);
  const domain = config.searchdomain;
  return { host, full: domain === undefined || host.includes(".") ? host : `${host}.${domain}` };
};

const userData = (guest: Guest): string => {
  const { config } = guest;
  const { host, full } = fqdn(config, guest.vmid);
  const keys =
    config.sshkeys === undefined
      ? []
      : percentDecoded(String(config.sshkeys))
          .split("\n")
          .filter((line) => line.trim() !== "");
  return [
    "#cloud-config",
    `hostname: ${host}`,
    "manage_etc_hosts: true",
    `fqdn: ${full}`,
    ...(config.ciuser === undefined ? [] : [`user: ${config.ciuser}`]),
    ...(config.cipassword === undefined
      ? []
      : [`password: $5$${sha1(String(config.vmgenid)).slice(0, 8)}$${sha1(String(config.cipassword))}`]),
    ...(keys.length === 0 ? [] : ["ssh_authorized_keys:", ...keys.map((key) => `  - ${key}`)]),
    "chpasswd:",
    "  expire: False",
    "users:",
    "  - default",
    `package_upgrade: ${String(config.ciupgrade ?? 1) === "0" ? "false" : "true"}`,
    "",
  ].join("\n");
};

const maskOf = (bits: number): string =>
  [0, 8, 16, 24].map((shift) => 256 - 2 ** (8 - Math.max(0, Math.min(8, bits - shift)))).join(".");

const networkData = (guest: Guest): string => {
  const { config } = guest;
  const lines = ["version: 1", "config:"];
  for (const key of Object.keys(config)
    .filter((name) => /^net\d+$/.test(name))
    .toSorted()) {
    const index = key.slice(3);
    const mac = (/([0-9A-F]{2}(?::[0-9A-F]{2}){5})/i.exec(String(config[key]))?.[1] ?? "").toLowerCase();
    lines.push("    - type: physical", `      name: eth${index}`, `      mac_address: '${mac}'`, "      subnets:");
    const text = String(config[`ipconfig${index}`] ?? "");
    const [ip, bits] = (propertyOf(text, "ip") ?? "dhcp").split("/");
    if (ip === "dhcp") lines.push("      - type: dhcp4");
    else {
      lines.push("      - type: static", `        address: '${ip}'`, `        netmask: '${maskOf(Number(bits))}'`);
      const gateway = propertyOf(text, "gw");
      if (gateway !== undefined) lines.push(`        gateway: '${gateway}'`);
    }
  }
  lines.push(
    "    - type: nameserver",
    "      address:",
    `      - '${config.nameserver ?? ""}'`,
    "      search:",
    `      - '${config.searchdomain ?? ""}'`,
    "",
  );
  return lines.join("\n");
};

const dump = (call: Call): unknown => {
  const guest = guestOfCall(call, "qemu");
  const type = call.need("type");
  if (type === "user") return userData(guest);
  return type === "network" ? networkData(guest) : `instance-id: ${sha1(userData(guest) + networkData(guest))}\n`;
};

const subdirs = (words: string): unknown => words.split(" ").map((subdir) => ({ subdir }));

const base = "/nodes/{node}/qemu/{vmid}";

export const qemuStatus: Handlers = {
  "GET /nodes/{node}/qemu": list,
  [`GET ${base}`]: () =>
    subdirs(
      "config cloudinit pending status unlink vncproxy termproxy migrate resize move rrd rrddata monitor agent snapshot spiceproxy sendkey firewall mtunnel remote_migrate",
    ),
  [`GET ${base}/status`]: () => subdirs("current start stop reset shutdown suspend reboot"),
  [`GET ${base}/status/current`]: current,
  [`GET ${base}/snapshot`]: snapshots("qemu"),
  [`GET ${base}/feature`]: feature,
  [`GET ${base}/migrate`]: migrateCheck,
  [`GET ${base}/cloudinit`]: cloudInit,
  [`PUT ${base}/cloudinit`]: (call) => {
    guestOfCall(call, "qemu");
    return null;
  },
  [`GET ${base}/cloudinit/dump`]: dump,
  [`POST ${base}/monitor`]: monitor,
  [`PUT ${base}/sendkey`]: sendKey,
  [`POST ${base}/vncproxy`]: vncProxy("qemu"),
};
