import { type Method, type ParameterValue, PveError } from "@orrery/contract";
import fc from "fast-check";
import type { OverTwin } from "./observed-twin.ts";

/** One change of a cluster by its API; those that are refused change nothing. */
export type Change = {
  readonly method: Method;
  readonly path: string;
  readonly with: Readonly<Record<string, ParameterValue>>;
};

type Values = Readonly<Record<string, fc.Arbitrary<ParameterValue>>>;

const change = (method: Method, path: string, values: Values = {}, fixed: Change["with"] = {}): fc.Arbitrary<Change> =>
  fc.record(values).map((drawn) => ({ method, path, with: { ...fixed, ...drawn } }));

const node = fc.constantFrom("pve1", "pve2", "pve3");
const vmid = fc.integer({ min: 100, max: 103 });
const maybe = <T extends ParameterValue>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const word = fc.constantFrom("red", "blue", "green");
const text = fc.constantFrom("plain", "two\nlines: 50 %", "ümläut 😀", "a,b=c");
const flag = fc.boolean();
const guest = { node, vmid };
const vm = "/nodes/{node}/qemu/{vmid}";
const cidr = fc.constantFrom("10.1.0.0/24", "10.2.3.4");

const create = change("POST", "/nodes/{node}/qemu", {
  ...guest,
  memory: fc.constantFrom("512", "1024"),
  cores: fc.integer({ min: 1, max: 2 }),
  scsi0: fc.constantFrom("local:1", "local:2,format=qcow2", "local:1,discard=on,backup=0"),
  ide2: maybe(fc.constantFrom("local:cloudinit", "none,media=cdrom")),
  net0: maybe(fc.constantFrom("virtio,bridge=vmbr0,firewall=1", "e1000,bridge=vmbr0,tag=7")),
  name: maybe(fc.constantFrom("web01", "db-1")),
  tags: maybe(fc.constantFrom("prod;blue", "test")),
  description: maybe(text),
  agent: maybe(fc.constantFrom("1", "enabled=1,fstrim_cloned_disks=1")),
  cipassword: maybe(fc.constant("s3cret-and-safe")),
  start: flag,
});

const container = change(
  "POST",
  "/nodes/{node}/lxc",
  {
    ...guest,
    hostname: fc.constantFrom("ct1", "ct2"),
    memory: fc.constantFrom(256, 512),
    start: flag,
    net0: maybe(fc.constant("name=eth0,bridge=vmbr0,ip=dhcp")),
  },
  { ostemplate: "local:vztmpl/debian-13.tar.zst", rootfs: "local:2", password: "s3cret-and-safe" },
);

const guests = [
  create,
  create,
  create,
  container,
  ...["start", "stop", "suspend", "resume"].map((verb) => change("POST", `${vm}/status/${verb}`, guest)),
  change("PUT", `${vm}/config`, {
    ...guest,
    memory: maybe(fc.constantFrom("768", "2048")),
    cores: maybe(fc.constantFrom(1, 2)),
    description: maybe(text),
    onboot: maybe(flag),
    delete: maybe(fc.constantFrom("net0", "tags", "description")),
  }),
  change("PUT", "/nodes/{node}/lxc/{vmid}/config", {
    ...guest,
    cores: fc.constantFrom(1, 2),
    description: maybe(text),
  }),
  change("POST", `${vm}/snapshot`, { ...guest, snapname: word, description: maybe(text), vmstate: flag }),
  change("DELETE", `${vm}/snapshot/{snapname}`, { ...guest, snapname: word }),
  change("POST", `${vm}/snapshot/{snapname}/rollback`, { ...guest, snapname: word }),
  change("POST", `${vm}/clone`, { ...guest, newid: vmid, full: flag }),
  change("POST", `${vm}/template`, guest),
  change("POST", `${vm}/migrate`, { ...guest, target: node, online: flag, "with-local-disks": flag }),
  change("PUT", `${vm}/resize`, guest, { disk: "scsi0", size: "+1G" }),
  change("DELETE", vm, guest),
  change("PUT", `${vm}/firewall/options`, { ...guest, enable: flag, macfilter: flag }),
  change(
    "POST",
    `${vm}/firewall/rules`,
    { ...guest, comment: maybe(text) },
    { type: "in", action: "ACCEPT", proto: "tcp", dport: "22" },
  ),
  change("POST", `${vm}/firewall/ipset`, { ...guest, name: word }),
];

const access = [
  change("POST", "/access/users", {
    userid: fc.constantFrom("ann@pve", "bob@pam"),
    email: maybe(fc.constant("a@example.test")),
    comment: maybe(text),
    expire: fc.constantFrom(0, 1_900_000_000),
  }),
  change("POST", "/access/users/{userid}/token/{tokenid}", {
    userid: fc.constantFrom("ann@pve", "root@pam"),
    tokenid: word,
    privsep: flag,
    comment: maybe(text),
  }),
  change("POST", "/access/groups", { groupid: word, comment: maybe(text) }),
  change("PUT", "/access/users/{userid}", { userid: fc.constantFrom("ann@pve", "bob@pam"), groups: word }),
  change("POST", "/access/roles", { roleid: word }, { privs: "VM.Audit,VM.PowerMgmt" }),
  change(
    "PUT",
    "/access/acl",
    { path: fc.constantFrom("/", "/vms/100", "/pool/red"), groups: word, propagate: flag },
    { roles: "PVEAuditor" },
  ),
  change(
    "POST",
    "/access/domains",
    { realm: word },
    { type: "openid", "issuer-url": "https://id.example.test", "client-id": "pve", "client-key": "hidden" },
  ),
];

const cluster = [
  change("PUT", "/cluster/options", {
    description: maybe(text),
    keyboard: maybe(fc.constantFrom("de", "en-us")),
    migration: maybe(fc.constantFrom("type=secure", "type=insecure,network=10.99.0.0/24")),
    "registered-tags": maybe(fc.constant("prod;test")),
  }),
  change("POST", "/pools", { poolid: word, comment: maybe(text) }),
  change("PUT", "/pools", { poolid: word, vms: vmid.map(String) }),
  change("PUT", "/pools", { poolid: word }, { storage: "local" }),
  change(
    "POST",
    "/storage",
    { storage: fc.constantFrom("more", "other"), nodes: maybe(node) },
    { type: "dir", path: "/srv/more", content: "images,backup", "prune-backups": "keep-daily=7,keep-last=3" },
  ),
  change(
    "POST",
    "/cluster/backup",
    {
      id: word,
      all: flag,
      enabled: flag,
      comment: maybe(text),
      "prune-backups": maybe(fc.constant("keep-last=3,keep-daily=7")),
    },
    { schedule: "sat 03:00", storage: "local", mode: "snapshot" },
  ),
  change("POST", "/cluster/ha/resources", {
    sid: vmid.map((id) => `vm:${id}`),
    state: fc.constantFrom("started", "stopped", "ignored"),
    max_restart: maybe(fc.constantFrom(0, 2)),
  }),
  change(
    "POST",
    "/cluster/ha/rules",
    { rule: word, resources: vmid.map((id) => `vm:${id}`), nodes: node, strict: flag },
    { type: "node-affinity" },
  ),
  change("PUT", "/cluster/firewall/options", { enable: flag, policy_in: fc.constantFrom("DROP", "ACCEPT") }),
  change(
    "POST",
    "/cluster/firewall/rules",
    { enable: flag, comment: maybe(text), source: maybe(cidr) },
    { type: "in", action: "DROP" },
  ),
  change("POST", "/cluster/firewall/groups", { group: word, comment: maybe(text) }),
  change("POST", "/cluster/firewall/groups/{group}", { group: word }, { type: "in", action: "ACCEPT", macro: "SSH" }),
  change("POST", "/cluster/firewall/aliases", { name: word, cidr, comment: maybe(text) }),
  change("POST", "/cluster/firewall/ipset", { name: word, comment: maybe(text) }),
  change("POST", "/cluster/firewall/ipset/{name}", { name: word, cidr, nomatch: flag }),
  change(
    "POST",
    "/cluster/mapping/pci",
    { id: word, description: maybe(text) },
    { map: ["node=pve1,path=0000:00:02.0,id=1af4:1042"] },
  ),
  change("POST", "/cluster/mapping/dir", { id: word }, { map: ["node=pve1,path=/srv", "node=pve2,path=/srv"] }),
  change(
    "POST",
    "/cluster/metrics/server/{id}",
    { id: word, type: fc.constantFrom("graphite", "influxdb"), port: fc.constantFrom(2003, 8089) },
    { server: "10.99.0.50" },
  ),
  change(
    "POST",
    "/cluster/notifications/endpoints/gotify",
    { name: fc.constantFrom("g1", "g2"), comment: maybe(text) },
    { server: "https://g.example.test", token: "hidden" },
  ),
  change(
    "POST",
    "/cluster/notifications/endpoints/sendmail",
    { name: fc.constantFrom("m1", "m2") },
    { mailto: ["a@example.test", "b@example.test"] },
  ),
  change(
    "POST",
    "/cluster/notifications/matchers",
    { name: fc.constantFrom("x1", "x2"), mode: maybe(fc.constantFrom("all", "any")) },
    { target: ["mail-to-root"], "match-severity": ["error", "warning"] },
  ),
  change("PUT", "/cluster/notifications/matchers/{name}", { comment: text }, { name: "default-matcher" }),
];

const sdn = [
  change("POST", "/cluster/sdn/zones", {
    zone: fc.constantFrom("z1", "z2"),
    type: fc.constantFrom("simple", "vlan"),
    bridge: maybe(fc.constant("vmbr0")),
    nodes: maybe(node),
  }),
  change("POST", "/cluster/sdn/vnets", {
    vnet: fc.constantFrom("v1", "v2"),
    zone: fc.constantFrom("z1", "z2"),
    tag: maybe(fc.constantFrom(7, 8)),
    alias: maybe(fc.constant("an alias")),
  }),
  change(
    "POST",
    "/cluster/sdn/vnets/{vnet}/subnets",
    {
      vnet: fc.constantFrom("v1", "v2"),
      gateway: maybe(fc.constant("10.5.0.1")),
      "dhcp-range": maybe(fc.constant(["start-address=10.5.0.10,end-address=10.5.0.20"])),
    },
    { subnet: "10.5.0.0/24", type: "subnet" },
  ),
  change("PUT", "/cluster/sdn/vnets/{vnet}", {
    vnet: fc.constantFrom("v1", "v2"),
    alias: fc.constantFrom("one", "two"),
  }),
  change("DELETE", "/cluster/sdn/zones/{zone}", { zone: fc.constantFrom("z1", "z2") }),
  change(
    "POST",
    "/cluster/sdn/fabrics/fabric",
    { id: fc.constantFrom("f1", "f2") },
    { protocol: "openfabric", ip_prefix: "10.7.0.0/24" },
  ),
  change("PUT", "/cluster/sdn"),
];

const nodes = [
  change("PUT", "/nodes/{node}/dns", { node, dns1: cidr.map(() => "9.9.9.9") }, { search: "lab.test" }),
  change("PUT", "/nodes/{node}/time", { node, timezone: fc.constantFrom("Europe/Berlin", "UTC") }),
  change("PUT", "/nodes/{node}/config", {
    node,
    description: maybe(text),
    wakeonlan: maybe(fc.constant("aa:bb:cc:dd:ee:ff")),
  }),
  change("POST", "/nodes/{node}/hosts", { node }, { data: "127.0.0.1 localhost\n10.99.0.9 else\n" }),
  change(
    "POST",
    "/nodes/{node}/network",
    { node, iface: fc.constantFrom("vmbr1", "vmbr2"), comments: maybe(text), bridge_vlan_aware: maybe(flag) },
    { type: "bridge", cidr: "10.50.0.1/24", autostart: true },
  ),
  change("PUT", "/nodes/{node}/network", { node }),
  change("POST", "/nodes/{node}/firewall/rules", { node }, { type: "in", action: "ACCEPT" }),
  change("PUT", "/nodes/{node}/firewall/options", { node, enable: flag }),
  change("POST", "/nodes/{node}/services/{service}/stop", { node, service: fc.constantFrom("cron", "postfix") }),
];

/** Changes of a cluster of pve1, pve2 and pve3, most of guests. */
export const someChanges: fc.Arbitrary<Change[]> = fc
  .tuple(
    fc.array(create, { minLength: 2, maxLength: 5 }),
    fc.array(
      fc.oneof(
        { arbitrary: fc.oneof(...guests), weight: 4 },
        { arbitrary: fc.oneof(...cluster), weight: 3 },
        { arbitrary: fc.oneof(...access), weight: 1 },
        { arbitrary: fc.oneof(...sdn), weight: 1 },
        { arbitrary: fc.oneof(...nodes), weight: 1 },
      ),
      { minLength: 10, maxLength: 40, size: "max" },
    ),
  )
  .map(([guestsFirst, others]) => [...guestsFirst, ...others]);

/** Makes a change, waits for its task, and says whether it was refused. */
const make = async ({ pve, clock, world }: OverTwin, one: Change): Promise<string | undefined> => {
  const home = one.path.includes("{vmid}") ? world.guests[String(one.with.vmid)]?.node : undefined;
  try {
    const { data } = await pve.request(
      one.method,
      one.path,
      home === undefined ? one.with : { ...one.with, node: home },
    );
    if (typeof data === "string" && data.startsWith("UPID:")) await pve.follow(data, { pollMs: 5000 }).end();
    await clock.sleep(1000);
    return undefined;
  } catch (error) {
    if (error instanceof PveError) return `${error.message}`;
    throw error;
  }
};

/** Makes changes one after the other; answers why some were refused. */
export const makeChanges = async (twin: OverTwin, changes: readonly Change[]): Promise<string[]> => {
  const refused: string[] = [];
  for (const one of changes) {
    const why = await twin.clock.drive(make(twin, one));
    if (why !== undefined) refused.push(why);
  }
  // Let figures and managers settle.
  await twin.clock.advance(twin.world.now + 60_000);
  return refused;
};
