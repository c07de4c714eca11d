import fc from "fast-check";

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const text = fc.constantFrom("Runs the cluster", "two  blanks", "ümläut 😀", "a=b,c;d");
const expires = fc.constantFrom("never", "2027-01-31", "2027-01-31T12:30:15Z");
const group = fc.constantFrom("ops", "dev", "audit");
const role = fc.constantFrom("Deployer", "PVEAuditor", "PVEVMAdmin");
const user = fc.constantFrom("root@pam", "ann@pve", "bob@pam", "eve@example.org@sso", "kim@dir");
const token = fc.constantFrom("ann@pve!ci", "root@pam!watch");

const without = <T extends object>(record: T): Partial<T> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;

const someUser = fc
  .record({
    purpose: maybe(text),
    enabled: maybe(fc.boolean()),
    expires: maybe(expires),
    firstname: maybe(fc.constantFrom("Ann", "Bob")),
    lastname: maybe(fc.constant("O'Neill")),
    email: maybe(fc.constant("a@example.org")),
    groups: fc.uniqueArray(group),
  })
  .map(without);

type DrawnUser = {
  purpose: string | undefined;
  enabled: boolean | undefined;
  expires: string | undefined;
  groups: readonly string[];
};

const sso = fc
  .record({
    name: maybe(text),
    groupsOverwrite: maybe(fc.boolean()),
    clientKey: maybe(fc.constant({ kind: "secret", from: "env:SSO_KEY" })),
    usernameClaim: maybe(fc.constant("email")),
    autocreate: maybe(fc.boolean()),
    groupsClaim: maybe(fc.constant("groups")),
    scopes: maybe(fc.constantFrom(["email", "profile"], ["profile", "email", "groups"])),
    acrValues: maybe(fc.constant(["mfa"])),
    options: maybe(fc.constantFrom({ prompt: "login" }, { "query-userinfo": false }, { "query-userinfo": "on" })),
  })
  .map((drawn) => ({
    kind: "openid",
    mfa: { required: true },
    issuer: "https://id.example.org/",
    clientId: "pve",
    ...without(drawn),
  }));

const dir = fc
  .record({
    name: maybe(text),
    password: maybe(fc.constant({ kind: "secret", from: "file:/run/secrets/ldap" })),
    options: fc
      .record({
        mode: fc.constantFrom("ldap", "ldaps"),
        port: maybe(fc.constantFrom(636, "636")),
        verify: maybe(fc.constantFrom(true, 1, "yes", false)),
        user_classes: maybe(fc.constantFrom("person, user", "user,person")),
        "sync-defaults-options": maybe(
          fc.constantFrom("scope=both,enable-new=1", { scope: "users", "remove-vanished": "entry;acl" }),
        ),
      })
      .map((drawn) => ({
        server1: "10.0.10.53",
        base_dn: "dc=example,dc=org",
        user_attr: "uid",
        bind_dn: "cn=pve,dc=example,dc=org",
        ...without(drawn),
      })),
  })
  .map((drawn) => ({ kind: "ldap", mfa: { required: false }, ...without(drawn) }));

const builtIn = fc
  .record({
    name: maybe(text),
    tfa: maybe(
      fc.constantFrom(
        { type: "oath", digits: 6 },
        { type: "yubico", id: "7", key: { kind: "secret", from: "env:YUBICO" } },
      ),
    ),
  })
  .map(without);

/** An access chapter in which every name that is referred to is declared. */
export const someAccess = fc
  .record({
    pam: builtIn,
    pve: builtIn,
    first: fc.constantFrom("sso", "dir", undefined),
    sso,
    dir,
    groups: fc.record({ ops: maybe(text), dev: maybe(text), audit: maybe(text) }),
    users: fc.dictionary(user, someUser, { maxKeys: 5 }),
    deployer: fc.uniqueArray(fc.constantFrom("VM.Audit", "VM.PowerMgmt", "VM.Allocate", "Pool.Audit"), {
      minLength: 1,
    }),
    acls: fc.array(
      fc.record({
        path: fc.constantFrom("/", "/vms", "/vms/100/", "//storage/local", "/pool/lab"),
        role,
        to: fc.oneof(group.map((one) => ({ group: one }))),
        propagate: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
    tokens: fc.dictionary(token, fc.record({ purpose: text, expires, privilegeSeparation: fc.boolean() })),
  })
  .map(({ pam, pve, first: chosen, sso: one, dir: other, groups, users, deployer, acls, tokens }) => {
    const first: Partial<DrawnUser> = { purpose: "Break glass", groups: [] };
    const known: Record<string, Partial<DrawnUser>> = {
      "root@pam": first,
      "ann@pve": { ...first, groups: ["ops"] },
      ...users,
    };
    // The tests sign in as it.
    known["root@pam"] = { ...known["root@pam"], enabled: true, expires: "never" };
    const ids = Object.keys(tokens);
    return {
      realms: {
        pam: { kind: "pam", mfa: { required: false }, ...pam },
        pve: { kind: "pve", mfa: { required: false }, ...pve },
        sso: { ...one, ...(chosen === "sso" ? { default: true } : {}) },
        dir: { ...other, ...(chosen === "dir" ? { default: true } : { default: false }) },
      },
      groups: Object.fromEntries(Object.entries(groups).map(([id, purpose]) => [id, without({ purpose })])),
      users: known,
      roles: { Deployer: { privileges: deployer } },
      acls: [
        ...acls,
        ...ids.map((id) => ({ path: "/", role: "PVEAuditor", to: { token: id } })),
        { path: "/access", role: "PVEUserAdmin", to: { user: "ann@pve" } },
      ],
      tokens: Object.entries(tokens).map(([id, said]) => ({ id, ...said })),
      breakGlass: { kind: "unknown", why: "nobody said" },
    };
  });
