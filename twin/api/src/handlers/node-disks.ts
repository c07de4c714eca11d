import { type Disk, type DiskUse, dict, type Node, type Section } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { startWorker } from "../start.ts";
import { nodeOfCall } from "./node-of-call.ts";

const lacksZfs = (node: Node): boolean => (node.without ?? []).includes("zfsutils-linux");

const needZfs = (call: Call): void => {
  if (lacksZfs(nodeOfCall(call))) fail("zfsutils-linux not installed");
};

const shown = (disk: Disk): Record<string, unknown> => ({
  devpath: disk.devpath,
  size: disk.size,
  model: disk.model,
  serial: disk.serial,
  vendor: disk.vendor,
  wwn: disk.wwn,
  type: disk.type,
  rpm: disk.rpm,
  gpt: disk.gpt ? 1 : 0,
  health: disk.failed ? "FAILED" : disk.health,
  wearout: disk.wearout ?? "N/A",
  osdid: -1,
  "osdid-list": null,
  ...(disk.used === "" ? {} : { used: disk.used }),
  ...(disk.mounted ? { mounted: 1 } : {}),
});

const list = (call: Call): unknown => {
  const unused = call.given("type");
  const quick = call.flag("skipsmart");
  return nodeOfCall(call)
    .disks.filter((disk) => !unused || disk.used === "")
    .map((disk) => (quick ? { ...shown(disk), health: "UNKNOWN", wearout: "N/A" } : shown(disk)));
};

const diskAt = (call: Call, devpath: string): Disk =>
  nodeOfCall(call).disks.find((disk) => disk.devpath === devpath) ?? fail("not a valid block device");

const smart = (call: Call): unknown => {
  const disk = diskAt(call, call.need("disk"));
  const health = disk.failed ? "FAILED" : disk.health;
  if (call.flag("healthonly")) return { health };
  if (disk.text !== undefined) return { health, type: "text", text: disk.text };
  return disk.attributes.length === 0 ? { health } : { health, type: "ata", attributes: disk.attributes };
};

const unusedDisk = (call: Call, devpath: string): Disk => {
  const disk = diskAt(call, devpath);
  return disk.used === "" ? disk : fail(`device '${devpath}' is already in use`);
};

const usesOf = (call: Call, kind: DiskUse["kind"]): DiskUse[] =>
  (nodeOfCall(call).diskUses ?? []).filter((use) => use.kind === kind);

const storageFor = (call: Call, use: DiskUse): Section | null => {
  if (!call.flag("add_storage")) return null;
  if (call.world.storages[use.name] !== undefined) fail(`storage ID '${use.name}' already defined`);
  const section = (type: string, options: Record<string, string | number>): Section => ({
    type,
    id: use.name,
    options: dict(Object.entries({ ...options, nodes: call.node })),
  });
  switch (use.kind) {
    case "directory":
      return section("dir", {
        content: "rootdir,images,iso,backup,vztmpl,snippets",
        path: `/mnt/pve/${use.name}`,
        is_mountpoint: 1,
      });
    case "lvm":
      return section("lvm", { content: "rootdir,images", vgname: use.name, shared: 0 });
    case "lvmthin":
      return section("lvmthin", { content: "rootdir,images", vgname: use.name, thinpool: use.name });
    case "zfs":
      return section("zfspool", { content: "rootdir,images", pool: use.name });
  }
};

const workers: Record<DiskUse["kind"], string> = {
  directory: "dircreate",
  lvm: "lvmcreate",
  lvmthin: "lvmthincreate",
  zfs: "zfscreate",
};

/** Disks that a level of ZFS needs at least, and by what their number must divide. */
const levels: Readonly<Record<string, readonly [least: number, of: number, share: (count: number) => number]>> = {
  single: [1, 1, () => 1],
  mirror: [2, 1, (count) => 1 / count],
  raid10: [4, 2, () => 1 / 2],
  raidz: [3, 1, (count) => (count - 1) / count],
  raidz2: [4, 1, (count) => (count - 2) / count],
  raidz3: [5, 1, (count) => (count - 3) / count],
  draid: [1, 1, () => 0.8],
  draid2: [2, 1, () => 0.7],
  draid3: [3, 1, () => 0.6],
};

const sizeOf = (call: Call, disks: readonly Disk[]): number => {
  const sum = disks.reduce((total, disk) => total + disk.size, 0);
  const level = levels[call.text("raidlevel") ?? ""];
  return Math.floor(sum * (level?.[2](disks.length) ?? 1));
};

const create =
  (kind: DiskUse["kind"]) =>
  (call: Call): unknown => {
    if (kind === "zfs") needZfs(call);
    const name = call.need("name");
    const devpaths = kind === "zfs" ? call.list("devices") : [call.need("device")];
    const disks = devpaths.map((devpath) => unusedDisk(call, devpath));
    const level = call.text("raidlevel");
    if (level !== undefined) {
      const [least, of] = levels[level] ?? [1, 1];
      if (disks.length < least) fail(`'${level}' needs at least ${least} disks`);
      if (disks.length % of !== 0) fail("raid10 needs an even number of disks");
    }
    if (usesOf(call, kind).some((use) => use.name === name)) fail(`${kind} '${name}' already exists`);
    const options = dict<string | number>();
    for (const key of ["filesystem", "raidlevel", "ashift", "compression"]) {
      const value = call.text(key);
      if (value !== undefined) options[key] = value;
    }
    const use: DiskUse = { kind, name, devpaths, size: sizeOf(call, disks), options };
    const storage = storageFor(call, use);
    return startWorker(call, workers[kind], name, [
      { do: "wait", ms: 3000 },
      { do: "act", act: { kind: "node.use-disks", node: call.node, use, storage } },
    ]);
  };

const remove =
  (kind: DiskUse["kind"], type: string) =>
  (call: Call): unknown => {
    if (kind === "zfs") needZfs(call);
    const name = call.need("name");
    return startWorker(call, type, name, [
      { do: "wait", ms: 1500 },
      {
        do: "act",
        act: {
          kind: "node.free-disks",
          node: call.node,
          use: kind,
          name,
          storage: call.flag("cleanup-config") ? name : "",
          wipe: call.flag("cleanup-disks"),
        },
      },
    ]);
  };

const filled = (call: Call, use: DiskUse): number =>
  call.world.backings[`${call.node}/${use.kind}/${use.name}`]?.used ?? 0;

const groups = (call: Call): unknown => ({
  leaf: 0,
  children: [...usesOf(call, "lvm"), ...usesOf(call, "lvmthin")].map((use) => ({
    name: use.name,
    size: use.size,
    free: use.kind === "lvm" ? use.size - filled(call, use) : 0,
    leaf: 0,
    children: use.devpaths.map((name) => ({ name, size: use.size, free: use.size - filled(call, use), leaf: 1 })),
  })),
});

const thinPools = (call: Call): unknown =>
  usesOf(call, "lvmthin").map((use) => ({
    lv: use.name,
    vg: use.name,
    lv_size: use.size,
    used: filled(call, use),
    metadata_size: Math.floor(use.size / 100),
    metadata_used: Math.floor(filled(call, use) / 1000),
  }));

const zpools = (call: Call): unknown => {
  needZfs(call);
  return usesOf(call, "zfs").map((use) => ({
    name: use.name,
    size: use.size,
    alloc: filled(call, use),
    free: use.size - filled(call, use),
    frag: 0,
    dedup: 1,
    health: "ONLINE",
  }));
};

const zpool = (call: Call): unknown => {
  needZfs(call);
  const name = call.need("name");
  const use = usesOf(call, "zfs").find((one) => one.name === name) ?? fail(`no such pool '${name}'`);
  const none = { read: 0, write: 0, cksum: 0, msg: "" };
  const leaf = (device: string) => ({ name: device, state: "ONLINE", leaf: 1, ...none });
  return {
    name,
    state: "ONLINE",
    scan: "none requested",
    errors: "No known data errors",
    leaf: 0,
    children: [{ name, state: "ONLINE", leaf: 0, ...none, children: use.devpaths.map(leaf) }],
  };
};

const directories = (call: Call): unknown =>
  usesOf(call, "directory").map((use) => ({
    path: `/mnt/pve/${use.name}`,
    device: use.devpaths[0] ?? "",
    type: use.options.filesystem ?? "ext4",
    options: "defaults",
    unitfile: `/etc/systemd/system/mnt-pve-${use.name}.mount`,
  }));

const initialize = (call: Call): unknown => {
  const { devpath } = unusedDisk(call, call.need("disk"));
  return startWorker(call, "diskinit", devpath.replace(/^\/dev\//, ""), [
    { do: "wait", ms: 800 },
    { do: "act", act: { kind: "node.label-disk", node: call.node, devpath } },
  ]);
};

const wipe = (call: Call): unknown => {
  const devpath = call.need("disk");
  const disk = diskAt(call, devpath);
  if (disk.mounted) fail(`disk/partition '${devpath}' is mounted`);
  return startWorker(call, "wipedisk", devpath.replace(/^\/dev\//, ""), [
    { do: "wait", ms: 1500 },
    { do: "act", act: { kind: "node.wipe-disk", node: call.node, devpath } },
  ]);
};

export const nodeDisks: Handlers = {
  "GET /nodes/{node}/disks": () =>
    ["list", "initgpt", "smart", "lvm", "lvmthin", "directory", "wipedisk", "zfs"].map((name) => ({ name })),
  "GET /nodes/{node}/disks/list": list,
  "GET /nodes/{node}/disks/smart": smart,
  "POST /nodes/{node}/disks/initgpt": initialize,
  "PUT /nodes/{node}/disks/wipedisk": wipe,
  "GET /nodes/{node}/disks/lvm": groups,
  "POST /nodes/{node}/disks/lvm": create("lvm"),
  "DELETE /nodes/{node}/disks/lvm/{name}": remove("lvm", "lvmremove"),
  "GET /nodes/{node}/disks/lvmthin": thinPools,
  "POST /nodes/{node}/disks/lvmthin": create("lvmthin"),
  "DELETE /nodes/{node}/disks/lvmthin/{name}": remove("lvmthin", "lvmthinremove"),
  "GET /nodes/{node}/disks/zfs": zpools,
  "POST /nodes/{node}/disks/zfs": create("zfs"),
  "GET /nodes/{node}/disks/zfs/{name}": zpool,
  "DELETE /nodes/{node}/disks/zfs/{name}": remove("zfs", "zfsremove"),
  "GET /nodes/{node}/disks/directory": directories,
  "POST /nodes/{node}/disks/directory": create("directory"),
  "DELETE /nodes/{node}/disks/directory/{name}": remove("directory", "dirremove"),
};
