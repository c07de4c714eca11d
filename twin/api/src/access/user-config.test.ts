import { bareWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { answerHttp } from "../http/exchange.ts";
import { loadMethods } from "../methods.ts";
import { type Twin, twinOf } from "../twin.ts";
import { newCsrfToken, newTicket } from "./ticket.ts";

await loadMethods();

const start = (): Twin => twinOf(bareWorld({ nodes: ["pve1"] }), "a secret");

type Answer = { readonly status: number; readonly reason: string; readonly data: unknown };

const ask = (
  twin: Twin,
  user: string,
  method: string,
  path: string,
  parameters: Record<string, string> = {},
): Answer => {
  const text = new URLSearchParams(parameters).toString();
  const isRead = method === "GET" || method === "DELETE";
  const { status, reason, body } = answerHttp(twin, {
    method,
    target: isRead ? `/api2/json${path}?${text}` : `/api2/json${path}`,
    headers: user.includes("=")
      ? { authorization: `PVEAPIToken=${user}` }
      : { cookie: `PVEAuthCookie=${newTicket(twin, user)}`, csrfpreventiontoken: newCsrfToken(twin, user) },
    body: Buffer.from(isRead ? "" : text),
    node: "pve1",
  });
  return { status, reason, data: body.startsWith("{") ? JSON.parse(body).data : undefined };
};

const root = "root@pam";

const withGuests = (): Twin => {
  const twin = start();
  for (const vmid of ["100", "101"]) ask(twin, root, "POST", "/nodes/pve1/qemu", { vmid });
  ask(twin, root, "POST", "/access/users", { userid: "ann@pve", password: "a password" });
  ask(twin, root, "POST", "/access/groups", { groupid: "staff" });
  return twin;
};

test("a right on a path holds below it where it propagates, and a deeper row replaces it", () => {
  const twin = withGuests();
  const mayRead = (vmid: number) => ask(twin, "ann@pve", "GET", `/nodes/pve1/qemu/${vmid}/config`).status === 200;
  expect([mayRead(100), mayRead(101)]).toEqual([false, false]);
  ask(twin, root, "PUT", "/access/acl", { path: "/vms", users: "ann@pve", roles: "PVEAuditor" });
  expect([mayRead(100), mayRead(101)]).toEqual([true, true]);
  ask(twin, root, "PUT", "/access/acl", { path: "/vms/101", users: "ann@pve", roles: "NoAccess" });
  expect([mayRead(100), mayRead(101)]).toEqual([true, false]);
  ask(twin, root, "PUT", "/access/acl", { path: "/vms", users: "ann@pve", roles: "PVEAuditor", propagate: "0" });
  expect([mayRead(100), mayRead(101)]).toEqual([false, false]);
});

test("a group's right is its members'; a user's own on the same path comes before", () => {
  const twin = withGuests();
  ask(twin, root, "PUT", "/access/acl", { path: "/vms/100", groups: "staff", roles: "PVEVMAdmin" });
  const start = () => ask(twin, "ann@pve", "POST", "/nodes/pve1/qemu/100/status/start").status;
  expect(start()).toBe(403);
  ask(twin, root, "PUT", "/access/users/ann@pve", { groups: "staff" });
  expect(start()).toBe(200);
  ask(twin, root, "PUT", "/access/acl", { path: "/vms/100", users: "ann@pve", roles: "PVEAuditor" });
  expect(start()).toBe(403);
});

test("a token with its own rights has no more than both it and its user have", () => {
  const twin = withGuests();
  ask(twin, root, "PUT", "/access/acl", { path: "/vms", users: "ann@pve", roles: "PVEVMUser" });
  const made = ask(twin, "ann@pve", "POST", "/access/users/ann@pve/token/ci", { privsep: "1" }).data;
  const secret = (made as { value: string }).value;
  const token = `ann@pve!ci=${secret}`;
  const read = () => ask(twin, token, "GET", "/nodes/pve1/qemu/100/status/current").status;
  expect(read()).toBe(403);
  ask(twin, root, "PUT", "/access/acl", { path: "/vms/100", tokens: "ann@pve!ci", roles: "PVEAdmin" });
  expect(read()).toBe(200);
  expect(ask(twin, token, "DELETE", "/nodes/pve1/qemu/100").status).toBe(403);
  ask(twin, "ann@pve", "PUT", "/access/users/ann@pve/token/ci", { privsep: "0" });
  expect(ask(twin, token, "GET", "/nodes/pve1/qemu/101/status/current").status).toBe(200);
  expect(ask(twin, `ann@pve!ci=${secret}x`, "GET", "/version").status).toBe(401);
});

test("a pool's right is a right on its members", () => {
  const twin = withGuests();
  ask(twin, root, "POST", "/pools", { poolid: "blue" });
  ask(twin, root, "PUT", "/pools/blue", { vms: "100" });
  ask(twin, root, "PUT", "/access/acl", { path: "/pool/blue", users: "ann@pve", roles: "PVEVMUser" });
  const read = (vmid: number) => ask(twin, "ann@pve", "GET", `/nodes/pve1/qemu/${vmid}/status/current`);
  expect([read(100).status, read(101).status]).toEqual([200, 403]);
  expect(read(101).reason).toBe("Permission check failed (/vms/101, VM.Audit)");
});

test("nothing of a change that was refused is kept", () => {
  const twin = withGuests();
  ask(twin, root, "POST", "/pools", { poolid: "blue" });
  const before = JSON.stringify([twin.world.access, twin.world.pools]);
  const refused = [
    ask(twin, root, "PUT", "/pools/blue", { comment: "new", vms: "100,101,100" }),
    ask(twin, root, "PUT", "/access/users/ann@pve", { comment: "new", groups: "staff,nobody" }),
    ask(twin, root, "PUT", "/access/acl", { path: "/vms", users: "ann@pve,bob@pve", roles: "PVEAuditor" }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([500, 500, 500]);
  expect(JSON.stringify([twin.world.access, twin.world.pools])).toBe(before);
});

test("a ticket is nobody else's, and writes want the token against forgery", () => {
  const twin = withGuests();
  const send = (cookie: string, csrf?: string) =>
    answerHttp(twin, {
      method: "POST",
      target: "/api2/json/pools",
      headers: { cookie: `PVEAuthCookie=${cookie}`, ...(csrf === undefined ? {} : { csrfpreventiontoken: csrf }) },
      body: Buffer.from("poolid=green"),
      node: "pve1",
    });
  const ticket = newTicket(twin, root);
  expect(send(ticket.replace("root@pam", "ann@pve"), newCsrfToken(twin, root)).status).toBe(401);
  expect(send(ticket).status).toBe(401);
  expect(send(ticket, newCsrfToken(twin, "ann@pve")).reason).toBe("Permission denied - invalid csrf token");
  expect(send(ticket, newCsrfToken(twin, root)).status).toBe(200);
  twin.world.now += 3 * 3_600_000;
  expect(send(ticket, newCsrfToken(twin, root)).status).toBe(401);
});
