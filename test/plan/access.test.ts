import type { Scope } from "@orrery/collect";
import type { ObjectKind } from "@orrery/plan";
import { adopt, markOf, refName } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { overTwin } from "../observe/observed-twin.ts";
import { someWorld } from "../observe/some-world.ts";
import { carryOut, tellsSecret } from "./carry-out.ts";
import { changedBetween, examples, labWith, planOf, stateOf, stepsHold } from "./planned-lab.ts";
import { someAccess } from "./some-access.ts";
import { edit, makeEdits } from "./some-edits.ts";

const kinds: readonly ObjectKind[] = ["pool", "realm", "role", "group", "user", "token", "acl"];
const scope: Partial<Scope> = { cluster: ["pools", "realms", "roles", "groups", "users", "acl"] };
const text = fc.constantFrom("by hand", "Runs the cluster", "");
const flag = fc.boolean();
const group = fc.constantFrom("ops", "dev", "audit");
const user = fc.constantFrom("ann@pve", "bob@pam", "eve@example.org@sso", "kim@dir");
const ann = { userid: "ann@pve" };

const someEdits = fc.array(
  fc.oneof(
    edit("POST", "/access/users", { userid: fc.constantFrom("mallory@pve", "bob@pam"), groups: group }),
    edit("PUT", "/access/users/{userid}", { userid: user, enable: flag, comment: text }),
    edit("PUT", "/access/users/{userid}", { email: fc.constantFrom("", "x@example.org"), lastname: text }, ann),
    edit("PUT", "/access/users/{userid}", { groups: fc.subarray(["ops", "dev"]).map((all) => all.join(",")) }, ann),
    edit("PUT", "/access/users/{userid}", { expire: fc.constantFrom(0, 1_900_000_000) }, ann),
    edit("DELETE", "/access/users/{userid}", { userid: user }),
    edit("POST", "/access/groups", { groupid: fc.constantFrom("intruders", "ops"), comment: text }),
    edit("PUT", "/access/groups/{groupid}", { groupid: group, comment: text }),
    edit("DELETE", "/access/groups/{groupid}", { groupid: group }),
    edit("POST", "/access/roles", { roleid: fc.constantFrom("Backdoor", "Deployer") }, { privs: "Sys.Modify" }),
    edit("PUT", "/access/roles/{roleid}", { append: flag }, { roleid: "Deployer", privs: "Sys.Audit,VM.Audit" }),
    edit("DELETE", "/access/roles/{roleid}", {}, { roleid: "Deployer" }),
    edit(
      "PUT",
      "/access/acl",
      { groups: group, path: fc.constantFrom("/", "/vms/100"), propagate: flag, delete: flag },
      {
        roles: "PVEVMAdmin",
      },
    ),
    edit("PUT", "/access/acl", { users: user }, { path: "/", roles: "Administrator" }),
    edit("POST", "/access/users/{userid}/token/{tokenid}", { tokenid: fc.constantFrom("ci", "more") }, ann),
    edit("PUT", "/access/users/{userid}/token/{tokenid}", { privsep: flag, comment: text }, { ...ann, tokenid: "ci" }),
    edit("DELETE", "/access/users/{userid}/token/{tokenid}", {}, { ...ann, tokenid: "ci" }),
    edit("PUT", "/access/domains/{realm}", { "groups-overwrite": flag, autocreate: flag }, { realm: "sso" }),
    edit("PUT", "/access/domains/{realm}", {}, { realm: "sso", delete: "groups-overwrite" }),
    edit("PUT", "/access/domains/{realm}", { verify: flag, port: fc.constantFrom(389, 636) }, { realm: "dir" }),
    edit("PUT", "/access/domains/{realm}", { comment: text }, { realm: "dir" }),
    edit("DELETE", "/access/domains/{realm}", {}, { realm: "dir" }),
    edit("POST", "/pools", {}, { poolid: "stray" }),
    edit("PUT", "/pools", { comment: text }, { poolid: "lab" }),
  ),
  { minLength: 1, maxLength: 8 },
);

const releases = fc.constantFrom("8.4", "9.2");

test("nobody has to be let in or out of the twin of a lab", async () => {
  for (const lab of examples) {
    const plan = planOf(lab, await stateOf(overTwin(worldOf(lab)), scope), kinds);
    expect(plan.drift).toEqual([]);
    expect(plan.stuck).toEqual([]);
  }
});

test("whatever access is declared is made as declared, and then nothing is left to do", async () => {
  await fc.assert(
    fc.asyncProperty(someAccess, releases, async (access, release) => {
      const lab = labWith({ access, pools: { items: { lab: { purpose: "Guests of the lab" } } } });
      const twin = overTwin(someWorld({ release }));
      const plan = planOf(lab, await stateOf(twin, scope), kinds);
      expect(plan.stuck).toEqual([]);
      expect(plan.undecided).toEqual([]);
      const revealed = await carryOut(twin, plan);
      expect(Object.keys(revealed).toSorted()).toEqual(access.tokens.map(({ id }) => `token ${id}`).toSorted());
      const state = await stateOf(twin, scope);
      expect(planOf(lab, state, kinds)).toMatchObject({ drift: [], actions: [], stuck: [] });
      // Secrets were sent, and some of them stand in the cluster's files.
      expect(tellsSecret([state, plan, planOf(labWith({}, kinds), state, kinds), adopt(state, markOf(lab))])).toBe(
        false,
      );
      for (const token of Object.values(revealed)) expect(JSON.stringify(state)).not.toContain(String(token));
    }),
    { numRuns: 30 },
  );
});

test("the twin of whatever access is declared is as declared", async () => {
  await fc.assert(
    fc.asyncProperty(someAccess, async (access) => {
      const lab = labWith({ access, pools: { items: { lab: {} } } });
      const plan = planOf(lab, await stateOf(overTwin(worldOf(lab)), scope), kinds);
      expect(plan.drift).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test("what was changed by hand is found to the last object, undone, and then nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(someAccess, someEdits, async (access, edits) => {
      const lab = labWith({ access, pools: { items: { lab: {} } } }, kinds);
      const twin = overTwin(worldOf(lab));
      const before = await stateOf(twin, scope);
      await makeEdits(twin, edits);
      const after = await stateOf(twin, scope);
      const plan = planOf(lab, after, kinds);
      // Who is in which group is the provider's to say where it says it.
      const isLeft = (name: string): boolean => name.endsWith("@sso") && access.realms.sso.groupsClaim !== undefined;
      const found = plan.drift.map(({ object }) => refName(object)).toSorted();
      expect(found.filter((name) => !isLeft(name))).toEqual(
        changedBetween(lab, before, after, kinds).filter((name) => !isLeft(name)),
      );
      expect(plan.stuck).toEqual([]);
      await carryOut(twin, plan);
      expect(planOf(lab, await stateOf(twin, scope), kinds)).toMatchObject({ drift: [], actions: [], unmanaged: [] });
    }),
    { numRuns: 30 },
  );
});

test("a declaration that is read off a cluster has nothing to change there, and tells no secret", async () => {
  await fc.assert(
    fc.asyncProperty(someAccess, someEdits, releases, async (access, edits, release) => {
      const first = labWith({ access, pools: { items: { lab: {} } } });
      const twin = overTwin(worldOf(first, { release }));
      await makeEdits(twin, edits);
      const state = await stateOf(twin, scope);
      const found = adopt(state, markOf(first));
      const plan = planOf(labWith({ access: found.access, pools: found.pools }), state, kinds);
      expect(plan).toMatchObject({ drift: [], actions: [] });
      // Nobody signs in by a realm that is gone, and such a user cannot be declared.
      expect(plan.unmanaged.filter(({ id }) => !/@dir(?![\w.-])/.test(id))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test("the access of the tidy lab is read off its twin as it is declared", async () => {
  const lab = examples.find(({ cluster }) => cluster.name === "tidy-lab");
  if (lab === undefined) throw new Error("there is no tidy lab");
  const { access } = adopt(await stateOf(overTwin(worldOf(lab)), scope), markOf(lab));
  expect(access).toMatchObject({
    groups: { "platform-sso": { purpose: "Run the cluster" } },
    users: { "root@pam": { purpose: "Break glass" }, "watch@pve": { purpose: "Read-only monitoring" } },
    acls: lab.access.acls.map(({ path, role, to }) => ({ path, role, to })),
    realms: { sso: { kind: "openid", name: "Single sign-on", issuer: "https://id.example/realms/platform" } },
    tokens: [{ id: "watch@pve!orrery", expires: "2027-12-31", privilegeSeparation: true }],
    roles: {},
  });
});

test("what Proxmox would refuse is told by its place, and nothing is done about it", async () => {
  const state = await stateOf(overTwin(someWorld({ release: "8.4" })), scope);
  const base = { tokens: [], breakGlass: { kind: "unknown", why: "nobody said" } };
  const roles = {
    Agents: { privileges: ["VM.Audit", "VM.GuestAgent.Audit"] },
    PVEOwn: { privileges: ["VM.Audit"] },
    PVEAuditor: { privileges: ["VM.Audit"] },
  };
  const dir = { kind: "ldap", mfa: { required: false }, options: { server1: "10.0.0.1", bass_dn: "dc=example" } };
  const lab = labWith({ access: { ...base, realms: { dir }, roles } });
  const plan = planOf(lab, state, kinds);
  expect(plan.actions).toEqual([]);
  expect(plan.undecided.map(({ why }) => why)).toEqual([
    "the option bass_dn is no option that this release of Proxmox VE knows (access.realms.dir.options.bass_dn)",
    "Proxmox VE 8.4 has no privilege VM.GuestAgent.Audit (access.roles.Agents.privileges)",
    "Proxmox keeps names that begin with PVE for its own roles; give PVEOwn another (access.roles.PVEOwn)",
    "the role PVEAuditor came with Proxmox and cannot be changed; declare one under a name of its own (access.roles.PVEAuditor)",
  ]);
});

test("another order, another way to write a flag and a default that is spelt out are no drift", async () => {
  const said = (roles: object, realm: object, users: object, acls: readonly object[]) =>
    labWith({
      access: {
        realms: {
          sso: {
            kind: "openid",
            mfa: { required: true },
            issuer: "https://id.example.org/",
            clientId: "pve",
            ...realm,
          },
        },
        groups: { ops: { purpose: "Ops" }, dev: {} },
        users: { "ann@sso": users },
        roles: { Deployer: roles },
        acls,
        tokens: [],
        breakGlass: { kind: "unknown", why: "nobody said" },
      },
    });
  const lab = said(
    { privileges: ["VM.Audit", "VM.Allocate"] },
    { scopes: ["email", "groups"], options: { "query-userinfo": 0, audiences: ["a", "b"] } },
    { groups: ["ops", "dev"] },
    [
      { path: "/vms", role: "Deployer", to: { group: "ops" } },
      { path: "/", role: "PVEAuditor", to: { group: "dev" } },
    ],
  );
  const same = said(
    { privileges: ["VM.Allocate", "VM.Audit", "VM.Audit"] },
    {
      scopes: ["groups", "email"],
      autocreate: false,
      groupsOverwrite: true,
      options: { "query-userinfo": "off", audiences: "b, a" },
    },
    { groups: ["dev", "ops"], enabled: true, expires: "never" },
    [
      { path: "/", role: "PVEAuditor", to: { group: "dev" }, propagate: true },
      { path: "//vms/", role: "Deployer", to: { group: "ops" } },
    ],
  );
  const twin = overTwin(worldOf(lab));
  for (const one of [lab, same]) expect(planOf(one, await stateOf(twin, scope), kinds).drift).toEqual([]);
});

test("who is in which group is drift unless the provider says it at each sign-in", async () => {
  const groups = { "ops-sso": {} };
  const realm = { kind: "openid", mfa: { required: true }, issuer: "https://id.example.org/", clientId: "pve" };
  const said = (more: object) =>
    labWith({
      access: {
        realms: { sso: { ...realm, ...more } },
        groups,
        users: { "ann@sso": { groups: ["ops-sso"] } },
        tokens: [],
        breakGlass: { kind: "unknown", why: "nobody said" },
      },
    });
  const drifts = [];
  for (const lab of [said({}), said({ groupsClaim: "groups" })]) {
    const twin = overTwin(worldOf(lab));
    await makeEdits(twin, [{ method: "PUT", path: "/access/users/{userid}", with: { userid: "ann@sso", groups: "" } }]);
    drifts.push(planOf(lab, await stateOf(twin, scope), kinds).drift.map(({ object }) => refName(object)));
  }
  expect(drifts).toEqual([["user ann@sso"], []]);
});

test("a role that a group of the declaration was given by hand is taken back, another's is left", async () => {
  const lab = labWith({});
  const twin = overTwin(someWorld());
  await carryOut(twin, planOf(lab, await stateOf(twin, scope), kinds));
  await makeEdits(twin, [
    { method: "POST", path: "/access/groups", with: { groupid: "theirs" } },
    { method: "PUT", path: "/access/acl", with: { path: "/", roles: "PVEAdmin", groups: "theirs,platform-sso" } },
  ]);
  const plan = planOf(lab, await stateOf(twin, scope), kinds);
  expect(plan.actions.map(({ title, because }) => [title, because])).toEqual([
    [
      "Remove the role PVEAdmin on / for the group platform-sso",
      "it bears the mark of the declaration and is declared no more",
    ],
  ]);
  expect(plan.unmanaged.map(refName)).toEqual(expect.arrayContaining(["group theirs", "acl / group theirs PVEAdmin"]));
});

test("what Proxmox never changes of a realm is told, and the rest is changed", async () => {
  const said = (usernameClaim: string, name: string, kind = "openid") => ({
    access: {
      realms: {
        sso: {
          kind,
          name,
          mfa: { required: true },
          ...(kind === "openid"
            ? { issuer: "https://id.example.org/", clientId: "pve", usernameClaim }
            : { options: { server1: "10.0.0.1", base_dn: "dc=example", user_attr: "uid" } }),
        },
      },
      tokens: [],
      breakGlass: { kind: "unknown", why: "nobody said" },
    },
  });
  const twin = overTwin(worldOf(labWith(said("email", "One"))));
  const state = await stateOf(twin, scope);
  const renamed = planOf(labWith(said("username", "Two")), state, kinds);
  expect(renamed.actions.map(({ title }) => title)).toEqual(["Change comment of the realm sso"]);
  expect(renamed.stuck.map(({ why }) => why)).toEqual([
    "Proxmox never changes the username-claim of a realm: it is email, and to be username it has to be removed by hand and made again",
  ]);
  await carryOut(twin, renamed);
  expect(planOf(labWith(said("username", "Two")), await stateOf(twin, scope), kinds).actions).toEqual([]);
  expect(planOf(labWith(said("", "One", "ldap")), state, kinds).actions).toEqual([]);
});

test("from one declaration to another, each step finds what it starts from and leaves what it says", async () => {
  await fc.assert(
    fc.asyncProperty(someAccess, someAccess, async (access, other) => {
      const lab = labWith({ access, pools: { items: { lab: {} } } }, kinds);
      const twin = overTwin(worldOf(labWith({ access: other, pools: { items: {} } })));
      const plan = planOf(lab, await stateOf(twin, scope), kinds);
      await carryOut(twin, plan, stepsHold(twin, lab, scope));
      const left = planOf(lab, await stateOf(twin, scope), kinds);
      expect(left.actions).toEqual([]);
      expect(left.drift.length).toBe(plan.stuck.length);
    }),
    { numRuns: 12 },
  );
});

test("a pool of the declaration goes with its storages, and stays while somebody else's guest is in it", async () => {
  const poolsOf = (items: object) => labWith({ pools: { items } });
  const twin = overTwin(someWorld());
  await carryOut(twin, planOf(poolsOf({ lab: {}, old: {}, full: {} }), await stateOf(twin, scope), kinds));
  const made = { node: "pve1", vmid: 900, pool: "full", memory: "512" };
  await twin.clock.drive(
    twin.pve.follow(String(await twin.clock.drive(twin.pve.post("/nodes/{node}/qemu", made)))).end(),
  );
  await makeEdits(twin, [{ method: "PUT", path: "/pools", with: { poolid: "old", storage: "local" } }]);
  const plan = planOf(poolsOf({ lab: {} }), await stateOf(twin, scope), kinds);
  expect(plan.actions.map(({ title }) => title)).toEqual(["Remove the pool old"]);
  expect(plan.stuck.map(({ why }) => why)).toEqual([
    "Proxmox keeps a pool that holds something, and the declaration owns none of guest 900",
  ]);
  await carryOut(twin, plan);
  expect(planOf(poolsOf({ lab: {} }), await stateOf(twin, scope), kinds).actions).toEqual([]);
});
