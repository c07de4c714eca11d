import {
  type Config,
  canSnapshot,
  cpusOf,
  findVolume,
  type Guest,
  guestDigest,
  isRunning,
  isTemplate,
  lockOf,
  memoryOf,
  propertyOf,
} from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { bootDiskSize, guestFigures } from "../figures.ts";
import { configWithPending, pendingRows } from "../guest-change.ts";
import { fail } from "../problem.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { haOf } from "./qemu-status.ts";
import { typedValue } from "./values.ts";

type Row = Record<string, unknown>;

const zero = "0.00";
const pressure = {
  pressurecpusome: zero,
  pressurecpufull: zero,
  pressurememorysome: zero,
  pressurememoryfull: zero,
  pressureiosome: zero,
  pressureiofull: zero,
};

const row = (call: Call, guest: Guest): Row => {
  const figures = guestFigures(call.world, guest);
  const running = isRunning(guest);
  const lock = lockOf(guest);
  const rootfs = findVolume(
    call.world,
    guest.node,
    /^(?:volume=)?([^,]*)/.exec(String(guest.config.rootfs ?? ""))?.[1] ?? "",
  );
  return {
    vmid: guest.vmid,
    type: "lxc",
    name: guest.config.hostname ?? `CT${guest.vmid}`,
    status: running ? "running" : "stopped",
    cpus: cpusOf(call.world, guest),
    cpu: figures.cpu,
    mem: figures.mem,
    maxmem: memoryOf(guest),
    swap: 0,
    maxswap: Number(guest.config.swap ?? 512) * 1_048_576,
    disk: running ? (rootfs?.volume.used ?? 0) : 0,
    maxdisk: bootDiskSize(guest),
    uptime: figures.uptime,
    netin: figures.netin,
    netout: figures.netout,
    diskread: figures.diskread,
    diskwrite: figures.diskwrite,
    ...(guest.run.kind === "stopped" ? {} : { pid: guest.run.pid }),
    ...(running && call.world.release === "9.2" ? pressure : {}),
    ...(guest.config.tags === undefined ? {} : { tags: guest.config.tags }),
    ...(isTemplate(guest) ? { template: 1 } : {}),
    ...(lock === undefined ? {} : { lock }),
  };
};

const list = (call: Call): unknown =>
  Object.values(call.world.guests)
    .filter(
      (guest) => guest.kind === "lxc" && guest.node === call.node && call.rights.has(`/vms/${guest.vmid}`, "VM.Audit"),
    )
    .map((guest) => row(call, guest));

export const containerOption = (call: Call, key: string) => {
  const properties = call.twin.router.find("PUT", "/nodes/x/lxc/100/config")?.method.params.properties;
  return properties?.[key] ?? properties?.[key.replace(/\d+$/, "[n]")];
};

const shown = (call: Call, config: Config): Row =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typedValue(containerOption(call, key), String(value))]),
  );

const read = (call: Call): unknown => {
  const guest = guestOfCall(call, "lxc");
  const name = call.text("snapshot");
  const snapshot =
    name === undefined ? undefined : (guest.snapshots[name] ?? fail(`snapshot '${name}' does not exist`));
  const config = snapshot?.config ?? (call.flag("current") ? guest.config : configWithPending(guest));
  return { ...shown(call, config), digest: guestDigest(guest) };
};

const pending = (call: Call): unknown => {
  const guest = guestOfCall(call, "lxc");
  return [
    ...pendingRows(guest).map((one) => ({
      ...one,
      ...(one.value === undefined ? {} : { value: typedValue(containerOption(call, one.key), String(one.value)) }),
    })),
    { key: "digest", value: guestDigest(guest) },
  ];
};

const interfaces = (call: Call): unknown => {
  const guest = guestOfCall(call, "lxc");
  if (!isRunning(guest)) fail(`CT ${guest.vmid} not running`);
  const card = (name: string, mac: string, ip: string | undefined): Row => {
    const [address, bits] = (ip ?? "").split("/");
    // Nobody configures the network of a container whose system is not known.
    const found =
      address === undefined || bits === undefined || guest.config.ostype === "unmanaged"
        ? []
        : [{ "ip-address": address, "ip-address-type": "inet", prefix: bits }];
    return {
      name,
      hwaddr: mac,
      "hardware-address": mac,
      "ip-addresses": found,
      ...(found.length > 0 ? { inet: ip } : {}),
    };
  };
  const cards = Object.keys(guest.config).filter((key) => /^net\d+$/.test(key));
  return [
    card("lo", "00:00:00:00:00:00", "127.0.0.1/8"),
    ...cards.map((key) => {
      const text = String(guest.config[key]);
      return card(
        propertyOf(text, "name") ?? "eth0",
        (propertyOf(text, "hwaddr") ?? "").toLowerCase(),
        propertyOf(text, "ip"),
      );
    }),
  ];
};

const migrateCheck = (call: Call): unknown => {
  const guest = guestOfCall(call, "lxc");
  const names = Object.keys(call.world.cluster.corosync?.members ?? {}).filter((name) => name !== guest.node);
  return {
    running: isRunning(guest) ? 1 : 0,
    "allowed-nodes": names,
    "not-allowed-nodes": Object.fromEntries(names.map((name) => [name, {}])),
  };
};

const base = "/nodes/{node}/lxc/{vmid}";
const subdirs = (words: string): unknown => words.split(" ").map((subdir) => ({ subdir }));

export const lxc: Handlers = {
  "GET /nodes/{node}/lxc": list,
  [`GET ${base}`]: () =>
    subdirs(
      "config pending status vncproxy termproxy vncwebsocket spiceproxy migrate clone rrd rrddata firewall snapshot resize interfaces",
    ),
  [`GET ${base}/status`]: () => subdirs("current start stop shutdown suspend resume reboot"),
  [`GET ${base}/status/current`]: (call) => {
    const guest = guestOfCall(call, "lxc");
    return { ...row(call, guest), ha: haOf(call, guest) };
  },
  [`GET ${base}/config`]: read,
  [`GET ${base}/pending`]: pending,
  [`GET ${base}/interfaces`]: interfaces,
  [`GET ${base}/migrate`]: migrateCheck,
  [`GET ${base}/feature`]: (call) => {
    const guest = guestOfCall(call, "lxc");
    const name = call.text("snapname");
    if (name !== undefined && guest.snapshots[name] === undefined) fail(`snapshot '${name}' does not exist`);
    const wanted = call.need("feature");
    const has = wanted === "snapshot" ? canSnapshot(call.world, guest) : wanted === "copy" || isTemplate(guest);
    return { hasFeature: has ? 1 : 0 };
  },
};
