import { answerHttp, loadMethods, twinOf } from "@orrery/twin-api";
import { addVolume, advanceTo, bareWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { rootHeaders } from "./campaign.ts";
import { complaint } from "./verdict.ts";

await loadMethods();

const twin = twinOf(bareWorld({ nodes: ["pve1"] }), "tripped");
const nines = "9".repeat(400);

const ask = (method: string, path: string, body = "", type = "application/x-www-form-urlencoded") => {
  const sent = Object.entries({ ...rootHeaders(twin), "Content-Type": type });
  const headers = Object.fromEntries(sent.map(([name, value]) => [name.toLowerCase(), value]));
  return answerHttp(twin, { method, target: `/api2/json${path}`, headers, body: Buffer.from(body), node: "pve1" });
};

test.each<[string, [string, string, string?, string?], number, string]>([
  ["a parameter called toString", ["GET", "/version?toString=1"], 400, '"toString":"property is not defined'],
  ["a parameter called constructor", ["GET", "/version?constructor=1"], 400, '"constructor":"property is not defined'],
  ["a parameter called __proto__", ["GET", "/version?__proto__=1"], 400, '"__proto__":"property is not defined'],
  ["one in JSON", ["POST", "/pools", '{"__proto__":{"poolid":"x"}}', "application/json"], 400, '"__proto__":"property'],
  ["a number that is none", ["POST", "/nodes/pve1/qemu", '{"vmid":1e999}', "application/json"], 400, "got 'Inf'"],
  ["a position beyond all", ["GET", `/cluster/firewall/rules/${nines}`], 500, `no rule at position ${nines}`],
  ["a message that breaks the line", ["GET", "/nodes/pve1/vzdump/extractconfig?volume=a%0D%0Ab%3Ac"], 400, ""],
  ["a start beyond dates", ["GET", `/cluster/jobs/schedule-analyze?schedule=daily&starttime=${nines}`], 200, "[]"],
  ["a value against caches", ["GET", "/version?_dc=1732240000"], 200, '"release":"9.2"'],
])("%s is answered in the product's words", (_, request, status, words) => {
  const answer = ask(...request);
  expect(complaint(answer)).toBeUndefined();
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(words);
});

test("keys that are badly encoded do not keep a VM's cloud-init data from being read", () => {
  ask("POST", "/nodes/pve1/qemu", "vmid=100&ide2=local:cloudinit&sshkeys=%2525zz%25");
  expect(ask("GET", "/nodes/pve1/qemu/100/cloudinit/dump?type=user").status).toBe(200);
});

test("a core count that no number can hold is read as it was written", () => {
  ask("POST", "/nodes/pve1/qemu", `vmid=101&cores=${nines}`);
  advanceTo(twin.world, twin.world.now + 60_000);
  expect(JSON.parse(ask("GET", "/nodes/pve1/qemu/101/config").body)).toMatchObject({ data: { cores: nines } });
});

test("a container's disk of absurd size does not hold the world up", () => {
  const local = twin.world.backings["pve1/local"];
  if (local !== undefined)
    addVolume(twin.world, local, {
      volid: "local:vztmpl/debian-12.tar.zst",
      storage: "local",
      content: "vztmpl",
      format: "tzst",
      size: 4096,
      used: 4096,
      ctime: twin.world.now,
      protected: false,
    });
  const options = "vmid=200&ostemplate=local:vztmpl/debian-12.tar.zst&rootfs=local:211944398";
  expect(ask("POST", "/nodes/pve1/lxc", options).status).toBe(200);
  const began = performance.now();
  advanceTo(twin.world, twin.world.now + 3_600_000);
  expect(performance.now() - began).toBeLessThan(1000);
});
