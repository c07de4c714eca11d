import { contractOf, type PveVersion } from "@orrery/contract";
import { answerHttp, loadMethods, newCsrfToken, newTicket, type Twin, twinOf, type Written } from "@orrery/twin-api";
import { advanceTo, bareWorld, draw, forkWorld, type Random } from "@orrery/twin-world";
import { expect, test } from "vitest";

await loadMethods();

const odd = [
  ..."|0|1|-1|x|none|a=b,c|local:1|local:iso/x.iso|local:100/vm-100-disk-0.qcow2|å∂ƒ|vm:100|100|999|pve1|1.5|on|__proto__|keep-last=1|2026-01-01|*/5|all|order=scsi0|+1G|virtio,bridge=vmbr0|toString|scsi0|root@pam|PVEAdmin|/vms|10.0.0.0/24|/dev/vda".split(
    "|",
  ),
  "x".repeat(2000),
  "1".repeat(2000),
  "a-".repeat(500),
  "a=1,".repeat(500),
];

const send = (twin: Twin, method: string, path: string, parameters: Record<string, string>): Written => {
  const text = new URLSearchParams(parameters).toString();
  const isRead = method === "GET" || method === "DELETE";
  return answerHttp(twin, {
    method,
    target: isRead ? `/api2/json${path}?${text}` : `/api2/json${path}`,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      cookie: `PVEAuthCookie=${encodeURIComponent(newTicket(twin, "root@pam"))}`,
      csrfpreventiontoken: newCsrfToken(twin, "root@pam"),
    },
    body: Buffer.from(isRead ? "" : text),
    node: "pve1",
  });
};

const settled: readonly (readonly [path: string, parameters: Record<string, string>])[] = [
  ["/nodes/pve1/qemu", { vmid: "100", name: "a", scsi0: "local:2", net0: "virtio,bridge=vmbr0", agent: "1" }],
  ["/nodes/pve1/qemu/100/status/start", {}],
  ["/nodes/pve1/qemu", { vmid: "101", name: "b", scsi0: "local:1,format=qcow2" }],
  ["/nodes/pve1/qemu/101/snapshot", { snapname: "s1" }],
  ["/pools", { poolid: "p1" }],
  ["/access/groups", { groupid: "g1" }],
  ["/access/users", { userid: "u1@pve", password: "secret123" }],
  ["/access/users/u1@pve/token/t1", {}],
  ["/access/roles", { roleid: "r1", privs: "VM.Audit" }],
  ["/nodes/pve1/vzdump", { vmid: "101", storage: "local" }],
  ["/cluster/ha/resources", { sid: "vm:101" }],
  ["/cluster/backup", { id: "j1", schedule: "daily", all: "1", storage: "local" }],
  ["/cluster/firewall/groups", { group: "sg1" }],
  ["/cluster/firewall/ipset", { name: "is1" }],
  ["/cluster/firewall/rules", { type: "in", action: "ACCEPT", enable: "1" }],
  ["/cluster/sdn/zones", { type: "simple", zone: "z1" }],
  ["/cluster/sdn/vnets", { vnet: "v1", zone: "z1" }],
];

const steps: Readonly<Record<string, string>> = {
  node: "pve1",
  storage: "local",
  poolid: "p1",
  groupid: "g1",
  userid: "u1@pve",
  roleid: "r1",
  realm: "pve",
  id: "j1",
  sid: "vm:101",
  volume: "local:101/vm-101-disk-0.qcow2",
  snapname: "s1",
  group: "sg1",
  name: "is1",
  pos: "0",
  cidr: "10.0.0.1",
  zone: "z1",
  vnet: "v1",
  tokenid: "t1",
  iface: "vmbr0",
  service: "pveproxy",
};

type Parameter = {
  readonly type?: string;
  readonly optional?: unknown;
  readonly enum?: readonly (string | number | boolean | null)[] | null;
};

const pick = <T>(random: Random, from: readonly T[]): T => {
  const one = from[Math.floor(draw(random) * from.length)];
  if (one === undefined) throw new Error("There is nothing to pick from.");
  return one;
};

const valueFor = (random: Random, name: string, schema: Parameter): string => {
  if (name === "node" || name === "target") return pick(random, ["pve1", "pve2", "pve3", "nope"]);
  if (name === "vmid" || name === "newid") return pick(random, ["100", "101", "200"]);
  if (draw(random) < 0.25) return pick(random, odd);
  if (schema.enum && schema.enum.length > 0) return String(pick(random, schema.enum));
  if (schema.type === "boolean") return pick(random, ["0", "1"]);
  return schema.type === "integer" ? String(Math.floor(draw(random) * 200)) : pick(random, odd);
};

const settledTwin = (release: PveVersion): Twin => {
  const twin = twinOf(bareWorld({ nodes: ["pve1", "pve2", "pve3"], release }), "a secret");
  for (const [path, parameters] of settled) {
    const { status, reason } = send(twin, "POST", path, parameters);
    if (status !== 200) throw new Error(`POST ${path}: ${reason}`);
    advanceTo(twin.world, twin.world.now + 120_000);
  }
  return twin;
};

test.for<PveVersion>(["8.4", "9.2"])("no request makes the twin of %s stumble", (release) => {
  const twin = settledTwin(release);
  const random: Random = { ...twin.world.random };
  const internal = /TypeError|Cannot read|\[object|NaN|is not a function/;
  const stumbles: string[] = [];
  for (const { method, path: template, params } of contractOf(release).routes) {
    for (let round = 0; round < 4; round++) {
      const path = template.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
        encodeURIComponent(name === "vmid" ? pick(random, ["100", "101", "999"]) : (steps[name] ?? "x1")),
      );
      const parameters: Record<string, string> = {};
      for (const [name, schema] of Object.entries(params.properties ?? {})) {
        if (template.includes(`{${name}}`) || (schema.optional === true && draw(random) < 0.75)) continue;
        parameters[name.replace("[n]", "0")] = valueFor(random, name, schema);
      }
      const copy = { ...twin, world: forkWorld(twin.world) };
      const began = performance.now();
      const { status, reason, body } = send(copy, method, path, parameters);
      const took = performance.now() - began;
      advanceTo(copy.world, copy.world.now + 600_000);
      if (internal.test(reason + body) || status < 200 || status > 599 || took > 1000)
        stumbles.push(`${method} ${path} ${JSON.stringify(parameters)}: ${status} ${reason}`);
    }
  }
  expect(stumbles).toEqual([]);
});
