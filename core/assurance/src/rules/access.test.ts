import { type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aLab } from "../testing/a-lab.ts";
import { access, aToken, type TokenInput } from "../testing/paperwork.ts";
import { says, says1 } from "../testing/says.ts";

type Access = LabInput["access"];
type Realm = Access["realms"][string];

const having = (given: Partial<Access>) => aLab({ access: { ...access, ...given } });
const withRealm = (name: string, realm: Realm, given: Partial<Access> = {}) =>
  having({ ...given, realms: { ...access.realms, [name]: realm } });
const unguarded = { required: false };

describe("second factor", () => {
  test("pam always administers, since root signs in there", () => {
    expect(says1("access/admin-without-mfa", withRealm("pam", { kind: "pam", mfa: unguarded }))).toMatchObject({
      subject: "pam",
      severity: "error",
      verdict: "violated",
    });
  });

  test("an unknown second factor is unproven, with its reason", () => {
    const finding = says1("access/admin-without-mfa", withRealm("pam", { kind: "pam", mfa: unknown("nobody looked") }));
    expect(finding).toMatchObject({ severity: "warning", verdict: "unproven" });
    expect(finding.why).toContain("nobody looked");
  });

  test("a realm whose users only watch needs none", () => {
    expect(says("access/admin-without-mfa", withRealm("pve", { kind: "pve", mfa: unguarded }))).toEqual([]);
  });

  test.each([
    ["a user", { acls: [{ path: "/vms", role: "PVEVMAdmin", to: { user: "orrery@pve" } }] }],
    [
      "a user by a group",
      {
        groups: { ops: { purpose: "Operate" } },
        users: { ...access.users, "orrery@pve": { purpose: "Operate", groups: ["ops"] } },
        acls: [{ path: "/", role: "PVEAdmin", to: { group: "ops" } }],
      },
    ],
    [
      "a group of the realm",
      {
        groups: { ops: { purpose: "Operate", realm: "pve" } },
        acls: [{ path: "/", role: "Administrator", to: { group: "ops" } }],
      },
    ],
    [
      "a declared role",
      {
        roles: { Power: { privileges: ["Sys.PowerMgmt"] } },
        acls: [{ path: "/nodes", role: "Power", to: { user: "orrery@pve" } }],
      },
    ],
    ["a method", { methods: [{ type: "Administrative Access", method: "Password", realm: "pve", document: "a.md" }] }],
  ] satisfies [string, Partial<Access>][])("a realm administers by %s", (_, given) => {
    const finding = says1(
      "access/admin-without-mfa",
      withRealm("pve", { kind: "pve", mfa: unguarded }, { tokens: [aToken()], ...given }),
    );
    expect(finding.subject).toBe("pve");
  });

  test("a required second factor that nothing enforces is a note", () => {
    expect(says1("access/mfa-enforcement", withRealm("sso", { kind: "pve", mfa: { required: true } }))).toMatchObject({
      severity: "note",
      verdict: "unproven",
    });
  });
});

describe("break-glass account", () => {
  test("an unknown one is unproven, and names whom sign-in leans on", () => {
    const finding = says1("access/break-glass", having({ breakGlass: unknown("no document names one") }));
    expect(finding.verdict).toBe("unproven");
    expect(finding.why).toBe("Sign-in leans on sso. The account for that day is unknown: no document names one.");
  });

  const glass = (user: string, given: Partial<Access> = {}) =>
    having({
      users: { ...access.users, [user]: { purpose: "Break glass", groups: ["admins"] } },
      breakGlass: { user, kept: "bank safe", lastTested: "2026-05-04" },
      ...given,
    });

  test("one of the identity provider's realm falls with it", () => {
    expect(says1("access/break-glass-realm", glass("glass@sso")).why).toContain("kind openid");
    expect(says("access/break-glass-realm", glass("glass@pve"))).toEqual([]);
  });

  test("one without an administering role on / may mend nothing", () => {
    expect(says("access/break-glass-rights", glass("glass@pve"))).toEqual([]);
    const acls: Access["acls"] = [{ path: "/vms", role: "PVEVMAdmin", to: { group: "admins" } }];
    expect(says1("access/break-glass-rights", glass("glass@pve", { acls })).why).toContain("PVEVMAdmin on /vms");
  });

  test.each([
    ["2025-06-14", 0],
    ["2025-06-13", 1],
    ["2026-06-16", 1],
  ])("one tried on %s has %i findings", (lastTested, findings) => {
    const lab = having({ breakGlass: { user: "root@pam", kept: "bank safe", lastTested } });
    expect(says("access/break-glass-untested", lab)).toHaveLength(findings);
  });

  test("one that nobody remembers trying is unproven", () => {
    const lab = having({ breakGlass: { user: "root@pam", kept: "bank safe", lastTested: unknown("no record") } });
    expect(says1("access/break-glass-untested", lab).verdict).toBe("unproven");
  });
});

describe("groups and roles", () => {
  const openid = (given: Partial<Realm>) => withRealm("sso", { kind: "openid", mfa: { required: true }, ...given });

  test("sign-in that only adds groups is told: set off violated, unknown or left out unproven", () => {
    const verdict = (given: Partial<Realm>) => says1("access/openid-groups-overwrite", openid(given)).verdict;
    expect(verdict({ groupsOverwrite: false })).toBe("violated");
    expect(verdict({ groupsOverwrite: unknown("not stated") })).toBe("unproven");
    expect(verdict({})).toBe("unproven");
    expect(says("access/openid-groups-overwrite", openid({ groupsOverwrite: true }))).toEqual([]);
  });

  test("Administrator on / belongs to a group, and to the break-glass account", () => {
    const to = (user: string) =>
      having({ acls: [...(access.acls ?? []), { path: "/", role: "Administrator", to: { user } }] });
    expect(says1("access/administrator-user", to("orrery@pve")).why).toContain("47 privileges");
    expect(says("access/administrator-user", to("root@pam"))).toEqual([]);
  });

  test("a group and a role that no ACL names are notes", () => {
    const lab = having({
      groups: { ...access.groups, interns: { purpose: "Summer" } },
      roles: { ...access.roles, Spare: { privileges: ["VM.Audit"] } },
    });
    expect(says("access/unused", lab).map(({ subject, severity }) => [subject, severity])).toEqual([
      ["Spare", "note"],
      ["interns", "note"],
    ]);
  });
});

describe("names of Proxmox VE", () => {
  const declaring = (name: string, ...privileges: string[]) =>
    having({ roles: { ...access.roles, [name]: { privileges } } });

  test("a privilege that Proxmox VE lacks is told with the nearest", () => {
    expect(says1("access/unknown-privilege", declaring("Ops", "VM.Audit", "VM.PowerMgnt"))).toMatchObject({
      subject: "VM.PowerMgnt",
      path: ["access", "roles", "Ops", "privileges", 1],
      remedy: "Write VM.PowerMgmt.",
    });
  });

  test("VM.Monitor is known unless the cluster is of version 9", () => {
    const version = (value: LabInput["cluster"]["version"]) =>
      says(
        "access/unknown-privilege",
        aLab({
          access: { ...access, roles: { ...access.roles, Ops: { privileges: ["VM.Monitor"] } } },
          cluster: (own) => ({ ...own, version: value }),
        }),
      ).length;
    expect([version("9.2"), version("8.4"), version(unknown("not stated"))]).toEqual([1, 0, 0]);
  });

  test.each([
    ["PVEWatch", 1],
    ["pvewatch", 1],
    ["Administrator", 1],
    ["Watcher", 0],
  ])("a role may be called %s: %i findings", (name, findings) => {
    expect(says("access/reserved-role", declaring(name, "VM.Audit"))).toHaveLength(findings);
  });
});

describe("tokens", () => {
  const withToken = (given: Partial<TokenInput>, more: Partial<Access> = {}) =>
    having({ tokens: [aToken(given)], ...more });

  test("a list that nobody made is unproven, and an empty one is a list", () => {
    const acls = access.acls?.filter(({ to }) => !("token" in to)) ?? [];
    expect(says1("access/tokens-unlisted", having({ acls, tokens: unknown("none is listed") })).verdict).toBe(
      "unproven",
    );
    expect(says("access/tokens-unlisted", having({ acls, tokens: [] }))).toEqual([]);
  });

  test("a token expires at the start of its day, and one that never does is told by another rule", () => {
    expect(says("access/token-expired", withToken({ expires: "2026-06-16" }))).toEqual([]);
    expect(says("access/token-expired", withToken({ expires: "2026-06-15" }))).toHaveLength(1);
    expect(says("access/token-expired", withToken({ expires: "never" }))).toEqual([]);
    expect(says1("access/token-never-expires", withToken({ expires: "never" })).verdict).toBe("violated");
    expect(says1("access/token-never-expires", withToken({ expires: unknown("not stated") })).verdict).toBe("unproven");
  });

  test("purpose and separation that are unknown are unproven", () => {
    expect(says1("access/token-purpose", withToken({ purpose: unknown("older than us") })).verdict).toBe("unproven");
    const separation = (value: TokenInput["privilegeSeparation"]) =>
      says1("access/token-privilege-separation", withToken({ privilegeSeparation: value }));
    expect(separation(unknown("not stated")).verdict).toBe("unproven");
    expect(separation(false)).toMatchObject({ verdict: "violated", why: "It may do all that orrery@pve may." });
  });

  const acls: Access["acls"] = [{ path: "/", role: "PVEAuditor", to: { token: "orrery@pve!watch" } }];
  const groups = {};

  test("a role that gives more than the token needs is told with what is too much", () => {
    const { why } = says1("access/token-broader-than-purpose", withToken({}, { acls, groups }));
    expect(why).toBe(
      "7 privileges given, 2 needed; too many: Datastore.Audit, Mapping.Audit, Pool.Audit, SDN.Audit and VM.GuestAgent.Audit.",
    );
  });

  test("a token whose needs are not declared is unproven", () => {
    const { needs: _, ...needless } = aToken();
    expect(says1("access/token-broader-than-purpose", having({ tokens: [needless], acls, groups })).verdict).toBe(
      "unproven",
    );
    expect(
      says1("access/token-broader-than-purpose", withToken({ needs: unknown("not stated") }, { acls, groups })).verdict,
    ).toBe("unproven");
  });
});
