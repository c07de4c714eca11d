import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fillPath, unfold } from "./exchange.ts";
import { PveError } from "./pve-error.ts";
import type { PveReply } from "./transport.ts";

interface Exchange {
  readonly request: { readonly method: string; readonly path: string };
  readonly status: number;
  readonly statusText: string;
  readonly response?: unknown;
}

const folder = new URL("../../../test/conformance/recordings/", import.meta.url);
const recorded = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name): Exchange[] => JSON.parse(readFileSync(new URL(name, folder), "utf8")));

const caught = (does: () => unknown): unknown => {
  try {
    does();
    return undefined;
  } catch (error) {
    return error;
  }
};

const replyOf = ({ status, statusText, response }: Exchange): PveReply => ({
  status,
  reason: statusText,
  body: response ?? undefined,
  answeredBy: "pve1",
});

const failureOf = (exchange: Exchange): PveError | undefined => {
  const error = caught(() => unfold("GET", exchange.request.path, replyOf(exchange)));
  return error instanceof PveError ? error : undefined;
};

test("every recorded failure becomes a PveError that says Proxmox's sentence, and every success data", () => {
  for (const exchange of recorded) {
    const error = failureOf(exchange);
    expect(error?.status).toBe(exchange.status >= 400 ? exchange.status : undefined);
    expect(error?.reason.split("\n")[0]).toBe(exchange.status >= 400 ? exchange.statusText.trimEnd() : undefined);
  }
});

test.each([
  ["Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist", "missing"],
  ["Permission check failed (pool 'nosuch' does not exist)", "missing"],
  ["no such user ('nosuch@pve')", "missing"],
  ["no such cluster node 'pve9'", "missing"],
  ["update user failed: no such user ('nosuch@pve')", "missing"],
  ["VM is locked (backup)", "locked"],
  ["checksum mismatch (file change by other user?)", "changed"],
  ["detected modified configuration - file changed by other user? Try again.", "changed"],
  ["ACL update failed: 400 Parameter verification failed.", "invalid"],
  ["Method 'GET /nosuch' not implemented", "not-implemented"],
  ["No ticket", "unauthenticated"],
  ["Permission check failed (/vms/850, VM.Audit)", "forbidden"],
  ["No route to host", "node-unreachable"],
  ["Connection timed out", "node-unreachable"],
  ["VM 850 is running - destroy failed", "failed"],
] as const)("the recorded failure «%s» is of kind %s", (sentence, kind) => {
  const shape = sentence.replace(/\d+/g, "N");
  const found = recorded.filter(
    ({ status, statusText }) => status >= 400 && statusText.replace(/\d+/g, "N") === shape.replace(/^\d+/, ""),
  );
  expect(found.length).toBeGreaterThan(0);
  for (const exchange of found) expect(failureOf(exchange)?.kind).toBe(kind);
});

test("the cluster without quorum is told from other failures", () => {
  for (const reason of ["cfs-lock 'file-user_cfg' error: no quorum!", "cluster not ready - no quorum?"]) {
    const error = caught(() => unfold("POST", "/pools", { status: 500, reason, body: undefined, answeredBy: "pve1" }));
    expect(error).toMatchObject({ kind: "no-quorum", status: 500 });
  }
});

test("errors of parameters keep their names and lose their line ends", () => {
  const body = { data: null, errors: { vmid: "invalid format - value does not look like a valid VM ID\n" } };
  const error = caught(() =>
    unfold("GET", "/x", { status: 400, reason: "Parameter verification failed.", body, answeredBy: "pve1" }),
  );
  expect(error).toMatchObject({ errors: { vmid: "invalid format - value does not look like a valid VM ID" } });
});

test("any body under any status gives an answer or a PveError, nothing else", () => {
  const anyBody = fc.oneof(
    fc.jsonValue(),
    fc.record(
      { data: fc.jsonValue(), errors: fc.jsonValue(), message: fc.jsonValue(), total: fc.jsonValue() },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(anyBody, fc.integer({ min: 100, max: 699 }), fc.string(), (body, status, reason) => {
      const error = caught(() => unfold("GET", "/x", { status, reason, body, answeredBy: "pve1" }));
      const isSuccess = status >= 200 && status < 300;
      expect(error === undefined ? isSuccess : !isSuccess && error instanceof PveError).toBe(true);
    }),
  );
});

test("parameters go into the path, percent-encoded, and the rest stays; booleans become 0 and 1", () => {
  const filled = fillPath("PUT", "/nodes/{node}/storage/{storage}/content/{volume}", {
    node: "pve1",
    storage: "local",
    volume: "local:iso/a b.iso",
    protected: true,
    notes: undefined,
    delete: ["a", "b"],
  });
  expect(filled).toEqual({
    path: "/nodes/pve1/storage/local/content/local%3Aiso%2Fa%20b.iso",
    node: "pve1",
    params: { protected: 1, delete: ["a", "b"] },
  });
});

test("no value can make the path another path", () => {
  for (const node of ["", ".", "..", undefined]) {
    expect(() => fillPath("GET", "/nodes/{node}/status", { node })).toThrow(PveError);
  }
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "binary" }), (node) => {
      const filled = caught(() => fillPath("GET", "/nodes/{node}/status", { node }));
      expect(filled === undefined || filled instanceof PveError).toBe(true);
    }),
  );
});
