import { secret, unknown } from "@orrery/model";
import fc from "fast-check";

const speed = unknown("nobody timed it");
const nodes = ["pve1", "pve2", "pve3"];

const some = <T>(...of: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...of], { minLength: 1 });
const flag = fc.boolean();

/** Options with those left out that were drawn so. */
const options = (of: Readonly<Record<string, fc.Arbitrary<unknown>>>, always: object): fc.Arbitrary<object> =>
  fc.record(of, { requiredKeys: [] }).map((drawn) => ({ ...always, ...drawn }));

const retention = fc.oneof(
  fc.constantFrom("keep-daily=7,keep-weekly=4", "keep-all=1"),
  fc.record({ "keep-last": fc.integer({ min: 1, max: 9 }), "keep-yearly": fc.integer({ min: 1, max: 3 }) }),
);
const filed = {
  "prune-backups": retention,
  "create-subdirs": flag,
  preallocation: fc.constantFrom("off", "metadata", "full"),
  "max-protected-backups": fc.integer({ min: 0, max: 9 }),
  disable: fc.constant(false),
};
const bwlimit = fc.constantFrom("clone=1024,migration=2048", "restore=512");

const local = (kind: string, content: fc.Arbitrary<string[]>, made: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.record({ content, options: made, on: some(...nodes) }).map(({ on, ...item }) => ({
    kind,
    purpose: "Drawn",
    home: { on: "each node", nodes: on, disks: ["nvme"] },
    capacity: "1 TB",
    shared: false,
    read: speed,
    write: speed,
    ...item,
  }));

const remote = (kind: string, content: fc.Arbitrary<string[]>, made: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.record({ content, options: made }).map((item) => ({
    kind,
    purpose: "Drawn",
    home: { on: "elsewhere", place: "next door", site: "this" },
    capacity: "4 TB",
    shared: true,
    read: speed,
    write: speed,
    ...item,
  }));

const limited = (item: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc
    .record({ item, nodes: fc.option(some(...nodes), { nil: undefined }) })
    .map((drawn) => (drawn.nodes === undefined ? drawn.item : { ...drawn.item, nodes: drawn.nodes }));

const disks = some("images", "rootdir");
const files = some("images", "iso", "vztmpl", "backup", "snippets");
const server = "10.0.10.50";

/** Storages of every type that both releases have, by names that no two share. */
export const someStorages: fc.Arbitrary<Record<string, object>> = fc.record(
  {
    media: local("dir", files, options(filed, { path: "/mnt/media" })),
    tree: local("btrfs", files, options({ nocow: flag }, { path: "/mnt/tree" })),
    thick: local("lvm", disks, options({ saferemove: flag, bwlimit }, { vgname: "thick" })),
    thin: local("lvm-thin", disks, options({ bwlimit }, { vgname: "thin", thinpool: "data" })),
    tank: local("zfs", disks, options({ sparse: flag, blocksize: fc.constantFrom("8k", "16K") }, { pool: "tank/vms" })),
    share: limited(
      remote("nfs", files, options({ ...filed, options: fc.constant("vers=4.2") }, { server, export: "/srv/share" })),
    ),
    windows: limited(
      remote(
        "cifs",
        files,
        options(
          { domain: fc.constant("LAB"), smbversion: fc.constantFrom("3.0", "default") },
          { server, share: "win", username: "pve", password: secret("env:CIFS_PASSWORD") },
        ),
      ),
    ),
    blocks: limited(remote("rbd", disks, options({ krbd: flag, namespace: fc.constant("lab") }, { pool: "blocks" }))),
    posix: limited(remote("cephfs", some("iso", "backup"), options({ fuse: flag, "prune-backups": retention }, {}))),
    target: limited(
      remote(
        "iscsi",
        fc.constantFrom(["none"], ["images"]),
        options({}, { portal: server, target: "iqn.2003-01.org.example:lab" }),
      ),
    ),
    vault: limited(
      remote(
        "pbs",
        fc.constant(["backup"]),
        options(
          { namespace: fc.constantFrom("lab", "lab/inner"), port: fc.constant(8008), "prune-backups": retention },
          {
            server: "10.0.10.60",
            datastore: "vault",
            username: "backup@pbs!pve",
            password: secret("env:PBS_PASSWORD"),
            fingerprint: Array.from({ length: 32 }, () => "ab").join(":"),
          },
        ),
      ),
    ),
    host: remote(
      "esxi",
      fc.constant(["import"]),
      options(
        { port: fc.constantFrom(443, 8443), "skip-cert-verification": flag },
        { server: "10.0.10.70", username: "root", password: secret("env:ESXI_PASSWORD") },
      ),
    ),
  },
  { requiredKeys: [] },
);
