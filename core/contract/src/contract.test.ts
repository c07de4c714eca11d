import { expect, test } from "vitest";
import { contractOf } from "./contract.ts";
import { pveVersions } from "./version.ts";

test.each(pveVersions)("every route of %s is found by a path that fits it", (version) => {
  const contract = contractOf(version);
  for (const route of contract.routes) {
    const path = route.path.replace(/\{(\w[\w-]*)\}/g, "some-$1");
    const found = contract.find(route.method, path);
    expect(found?.route).toBe(route);
    for (const [name, value] of Object.entries(found?.pathParams ?? {})) expect(value).toBe(`some-${name}`);
  }
});

test("a percent-encoded path finds the route of the plain one", () => {
  const upid = "UPID:pve1:000002D5:0004077F:6B02AF50:qmstart:999:root@pam:";
  const found = contractOf("9.2").find("GET", `/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`);
  expect(found?.pathParams).toEqual({ node: "pve1", upid });
});

test("a volume takes the rest of the path, slashes included", () => {
  const plain = contractOf("9.2").find("GET", "/nodes/pve1/storage/local/content/local:iso/a.iso");
  const encoded = contractOf("9.2").find("GET", "/nodes/pve1/storage/local/content/local%3Aiso%2Fa.iso");
  expect(plain?.pathParams).toEqual({ node: "pve1", storage: "local", volume: "local:iso/a.iso" });
  expect(encoded).toEqual(plain);
});

test("unknown paths and methods are not found, and no path throws", () => {
  const contract = contractOf("9.2");
  expect(contract.find("GET", "/nosuch")).toBeUndefined();
  expect(contract.find("PUT", "/nodes")).toBeUndefined();
  expect(contract.find("PATCH", "/version")).toBeUndefined();
  expect(contract.find("GET", "/pools/prod/web")).toBeUndefined();
  for (const odd of ["", "/", "//", "/%", "/%zz/%e4", "/nodes/%2e%2e/x", "/__proto__/constructor"]) {
    expect(() => contract.find("GET", odd)).not.toThrow();
  }
});

test("a slash at the end or twice makes no difference, as on a node", () => {
  expect(contractOf("9.2").find("GET", "/nodes//pve1/status/")?.pathParams).toEqual({ node: "pve1" });
});
