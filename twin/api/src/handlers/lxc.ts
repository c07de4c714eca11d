import {
  type Config,
  cpusOf,
  drawMac,
  findVolume,
  type Guest,
  guestDigest,
  isRunning,
  isTemplate,
  keepUnused,
  lockedText,
  lockOf,
  makeDisk,
  memoryOf,
  netText,
  propertyOf,
} from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { bootDiskSize, guestFigures } from "../figures.ts";
import { configWithPending, pendingRows, revertGuest } from "../guest-change.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needQuorum } from "../quorum.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { needBridges } from "./qemu-rights.ts";
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

const schemaOf = (call: Call, key: string) => {
  const properties = call.twin.router.find("PUT", "/nodes/x/lxc/100/config")?.method.params.properties;
  return properties?.[key] ?? properties?.[key.replace(/\d+$/, "[n]")];
};

const shown = (call: Call, config: Config): Row =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typedValue(schemaOf(call, key), String(value))]),
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
      ...(one.value === undefined ? {} : { value: typedValue(schemaOf(call, one.key), String(one.value)) }),
    })),
    { key: "digest", value: guestDigest(guest) },
  ];
};

const control = new Set(["node", "vmid", "digest", "delete", "revert"]);
const isMount = (key: string): boolean => key === "rootfs" || /^mp\d+$/.test(key);

/** Options that a running container takes at once; others wait for its next start. */
const atOnce = (key: string): boolean =>
  /^(?:memory|swap|cores|cpulimit|cpuunits|description|onboot|protection|startup|tags|hostname|nameserver|searchdomain|lock|net\d+|mp\d+|hookscript|timezone)$/.test(
    key,
  );

const options: Readonly<Record<string, RegExp>> = {
  "VM.Config.CPU": /^(?:cores|cpuunits|cpulimit)$/,
  "VM.Config.Memory": /^(?:memory|swap)$/,
  "VM.Config.Network": /^(?:net\d+|nameserver|searchdomain|hostname)$/,
  "VM.Config.Disk": /^(?:rootfs|mp\d+|unused\d+)$/,
  "VM.Config.Options": /.*/,
};

const needRights = (call: Call, keys: readonly string[]): void => {
  if (call.rights.isRoot) return;
  for (const key of keys) {
    const privilege = Object.keys(options).find((name) => options[name]?.test(key)) ?? "VM.Config.Options";
    call.rights.need(`/vms/${call.need("vmid")}`, privilege);
  }
};

const removeKey = (guest: Guest, key: string): void => {
  const before = guest.config[key];
  delete guest.config[key];
  if (isMount(key) && before !== undefined) keepUnused(guest, /^(?:volume=)?([^,]*)/.exec(String(before))?.[1] ?? "");
};

const keep = (call: Call, guest: Guest, key: string, value: string | number): string | number => {
  const text = String(value);
  if (/^net\d+$/.test(key))
    return netText("lxc", text, () =>
      drawMac(call.world.random, String(call.world.cluster.options.mac_prefix ?? "BC:24:11")),
    );
  if (!isMount(key)) return value;
  const made = makeDisk(call.world, guest, key, text);
  return "fail" in made ? fail(made.fail) : made.text;
};

const update = (call: Call): unknown => {
  const given = Object.keys(call.parameters).filter((key) => !control.has(key));
  const remove = call.list("delete");
  const reverts = call.list("revert");
  if (given.length + remove.length + reverts.length === 0) fail("no options specified");
  for (const key of remove) {
    if (given.includes(key))
      refuseParameters({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    if (schemaOf(call, key) === undefined && key !== "lock") refuseParameters({ delete: `unknown option '${key}'` });
    if (key === "rootfs") fail("unable to delete required option 'rootfs'");
  }
  needRights(call, [...given, ...remove]);
  needBridges(
    call,
    given.flatMap((key) => (/^net\d+$/.test(key) ? [call.need(key)] : [])),
  );
  const guest = guestOfCall(call, "lxc");
  const digest = call.text("digest");
  if (digest !== undefined && digest !== guestDigest(guest))
    fail("detected modified configuration - file changed by other user? Try again.");
  const locked = lockedText(guest);
  if (locked !== undefined && !remove.includes("lock")) fail(locked);
  needQuorum(call.world, call.node);
  revertGuest(call.world, guest, reverts);
  const running = isRunning(guest);
  for (const key of remove) {
    if (running && !atOnce(key))
      guest.pending.delete = [
        ...String(guest.pending.delete ?? "")
          .split(",")
          .filter(Boolean),
        key,
      ].join(",");
    else removeKey(guest, key);
    delete guest.pending[key];
  }
  for (const key of given) {
    const value = keep(call, guest, key, typedValue(schemaOf(call, key), call.need(key)));
    if (running && !atOnce(key)) guest.pending[key] = value;
    else guest.config[key] = value;
  }
  return null;
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
  [`PUT ${base}/config`]: update,
  [`GET ${base}/pending`]: pending,
  [`GET ${base}/interfaces`]: interfaces,
  [`GET ${base}/migrate`]: migrateCheck,
  [`GET ${base}/feature`]: (call) => ({ hasFeature: guestOfCall(call, "lxc") === undefined ? 0 : 1 }),
};
