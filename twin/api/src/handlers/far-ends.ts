import { sha1 } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { fail } from "../problem.ts";

/** Without Ceph every method of its says which program is missing. */
const noCeph: Handler = () => fail("binary not installed: /usr/bin/ceph-mon");

const cephReads = ["status", "osd", "mon", "mgr", "mds", "fs", "pool", "crush", "log", "rules", "cmd-safety"];

const vzdumpDefaults = (call: Call): unknown => ({
  all: 0,
  bwlimit: 0,
  compress: "0",
  ionice: 7,
  lockwait: 180,
  mailnotification: "always",
  mode: "snapshot",
  "notification-mode": "auto",
  pigz: 0,
  quiet: 0,
  remove: 1,
  stdexcludes: 1,
  stop: 0,
  stopwait: 10,
  zstd: 1,
  storage: call.text("storage") ?? "local",
  dumpdir: "/var/lib/vz/dump",
  "prune-backups": "keep-all=1",
  performance: { "max-workers": 16, "pbs-entries-max": 1_048_576 },
  ...(call.world.release === "9.2" ? { fleecing: { enabled: 0 } } : {}),
});

/** Services that the cluster could use and that no world has, and defaults that no file changes. */
export const outsideServices: Handlers = {
  ...Object.fromEntries(cephReads.map((name) => [`GET /nodes/{node}/ceph/${name}`, noCeph])),
  "GET /cluster/ceph/status": noCeph,
  "GET /cluster/ceph/metadata": noCeph,
  "GET /cluster/ceph/flags": noCeph,
  "GET /cluster/acme/account": () => [],
  "GET /cluster/acme/plugins": () => [{ plugin: "standalone", type: "standalone", digest: sha1("") }],
  "GET /nodes/{node}/vzdump/defaults": vzdumpDefaults,
  "GET /nodes/{node}/firewall": () => ["rules", "options", "log"].map((name) => ({ name })),
};
