import { sha1 } from "@orrery/twin-world";
import type { Handler, Handlers } from "../call.ts";
import { fail } from "../problem.ts";

/** Without Ceph every method of its says which program is missing. */
const noCeph: Handler = () => fail("binary not installed: /usr/bin/ceph-mon");

const cephReads = ["status", "osd", "mon", "mgr", "mds", "fs", "pool", "crush", "log", "rules", "cmd-safety"];

/** What the product answers where Ceph is not installed and nothing was ordered by ACME. */
export const notInstalled: Handlers = {
  ...Object.fromEntries(cephReads.map((name) => [`GET /nodes/{node}/ceph/${name}`, noCeph])),
  "GET /cluster/ceph/status": noCeph,
  "GET /cluster/ceph/metadata": noCeph,
  "GET /cluster/ceph/flags": noCeph,
  "GET /cluster/acme/account": () => [],
  "GET /cluster/acme/plugins": () => [{ plugin: "standalone", type: "standalone", digest: sha1("") }],
};
