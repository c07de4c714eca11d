import tidyLab from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import fc from "fast-check";

const usual = {
  kind: "vm",
  category: "Tests",
  role: "a guest of a test",
  os: "Debian 13",
  bootTime: "20 s",
  recoveryTier: 1,
  onDrain: "migrate",
} as const;

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

/** Without the keys that are undefined, as a person leaves them out. */
const said = (of: object): object => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));

const used = { kind: "unknown", why: "a test" } as const;

const guest = fc.record({
  node: fc.constantFrom("pve1", "pve2", "pve3"),
  vcpus: fc.constantFrom(1, 2, 4),
  memory: fc.constantFrom("512 MiB", "1 GiB", "2 GiB"),
  gib: fc.constantFrom<number>(1, 2, 3),
  second: fc.boolean(),
  vlan: fc.constantFrom(10, 20),
  tags: fc.subarray(["prod", "db"]),
  pool: maybe(fc.constantFrom("web", "data")),
  state: fc.constantFrom("running", "running", "stopped"),
  description: maybe(fc.constantFrom("plain", "two\nlines: 50 %")),
  onboot: maybe(fc.boolean()),
});

type Drawn = typeof guest extends fc.Arbitrary<infer T> ? T : never;

/** The third is on a storage that all nodes reach, and HA looks after it. */
const guestOf = ({ gib, second, vlan, ...drawn }: Drawn, index: number): object => {
  const isHa = index === 2;
  const disk = (size: number) => ({ storage: isHa ? "shared" : "local-zfs", size: `${size} GiB`, used });
  return said({
    ...usual,
    ...drawn,
    ...(isHa ? { state: "running", ha: { maxRestart: 2 } } : {}),
    name: `guest${index}`,
    id: 101 + index,
    disks: [disk(gib), ...(second ? [disk(1)] : [])],
    nics: [{ bridge: "vmbr0", vlan }],
  });
};

const declared = fc.record({
  guests: fc.tuple(maybe(guest), maybe(guest), maybe(guest)),
  purpose: fc.constantFrom("first", "second"),
  spare: fc.boolean(),
  email: maybe(fc.constantFrom("a@lab.test", "b@lab.test")),
  enabled: fc.boolean(),
  privileges: fc.constantFrom(["VM.Audit"], ["VM.Audit", "VM.Console"]),
  at: fc.constantFrom("02:00", "03:30"),
  keep: fc.constantFrom("14 d", "30 d"),
  alias: maybe(fc.constantFrom("10.0.10.0/24", "10.0.20.0/24")),
});

export type Declared = typeof declared extends fc.Arbitrary<infer T> ? T : never;

const chaptersOf = (one: Declared): object => ({
  ...tidyLab,
  storage: {
    claims: [],
    items: {
      ...tidyLab.storage.items,
      shared: {
        kind: "nfs",
        purpose: "Disks that all nodes reach",
        home: { on: "elsewhere", place: "the rack", site: "this" },
        content: ["images", "rootdir"],
        capacity: "10 TB",
        shared: true,
        read: "1 GB/s",
        write: "1 GB/s",
      },
    },
  },
  guests: { items: one.guests.flatMap((each, index) => (each === undefined ? [] : guestOf(each, index))), claims: [] },
  templates: { items: [], claims: [] },
  pools: { items: { web: { purpose: one.purpose }, data: {}, ...(one.spare ? { spare: {} } : {}) } },
  firewall: { cluster: { aliases: one.alias === undefined ? {} : { lab: one.alias } } },
  access: {
    ...tidyLab.access,
    roles: { Looker: { privileges: one.privileges } },
    users: {
      ...tidyLab.access.users,
      "looker@pve": said({ purpose: "looks", enabled: one.enabled, email: one.email }),
    },
    acls: [
      ...(tidyLab.access.acls ?? []),
      { path: one.spare ? "/vms" : "/pool/web", role: "Looker", to: { user: "looker@pve" } },
    ],
  },
  backup: {
    ...tidyLab.backup,
    policies: tidyLab.backup.policies.map((policy) =>
      policy.id === "nightly"
        ? { ...policy, schedule: { every: "day", at: one.at, zone: "Europe/Berlin" }, retention: { for: one.keep } }
        : policy,
    ),
    claims: [],
  },
  monitoring: { ...tidyLab.monitoring, runsOn: [] },
  recovery: { ...tidyLab.recovery, scenarios: [] },
});

export const labOf = (one: Declared): Lab => {
  const parsed = parseLab(chaptersOf(one));
  if (parsed.kind === "lab") return parsed.lab;
  throw new Error(parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
};

/** Disks only grow: what would make one smaller is told, and not done. */
const grown = (before: Declared, after: Declared): Declared => {
  const [first, second, third] = after.guests.map((guest, index) => {
    const gib = Math.max(guest?.gib ?? 0, before.guests[index]?.gib ?? 0);
    return guest === undefined ? undefined : { ...guest, gib };
  });
  return { ...after, guests: [first, second, third] };
};

/** A declaration that a twin is built of, and what somebody makes of it afterwards. */
export const someChange = fc
  .record({ before: declared, after: declared })
  .map(({ before, after }) => ({ before, after: grown(before, after) }));
