import type { MethodInfo } from "../contract.ts";
import { notModelled } from "../problem.ts";
import type { Router } from "../router.ts";
import type { Twin } from "../twin.ts";

/** How the entries of an index are called where it is not `subdir`. */
const namedByName = new Set([
  "/cluster",
  "/cluster/config",
  "/cluster/bulk-action",
  "/cluster/mapping",
  "/cluster/metrics",
  "/nodes/{node}",
]);

/** Indexes whose entries differ from the paths below them: the product lists what it links, in its own order. */
const listed: Readonly<Record<string, string>> = {
  "/": "version cluster nodes storage access pools",
  "/nodes/{node}":
    "aplinfo apt capabilities ceph certificates config disks dns firewall hardware hosts journal lxc migrateall netstat network qemu query-oci-repo-tags query-url-metadata replication report rrd rrddata scan sdn services spiceshell startall status stopall storage subscription suspendall syslog tasks termproxy time version vncshell vzdump wakeonlan",
  "/nodes/{node}/scan": "cifs iscsi lvm nfs pbs zfs",
  "/access": "users groups roles acl domains openid tfa ticket password",
};

const keyOf = (method: MethodInfo): string => {
  const links = (method.returns as { links?: { href?: string }[] } | null)?.links;
  return /\{(.+)\}/.exec(links?.[0]?.href ?? "")?.[1] ?? (namedByName.has(method.path) ? "name" : "subdir");
};

const isIndex = (method: MethodInfo): boolean =>
  method.method === "GET" &&
  (method.path === "/" ||
    method.name.endsWith("index") ||
    (method.returns as { links?: unknown } | null)?.links !== undefined);

/** The answer of a method that only lists what stands below it; for all others a 501 that says what is not modelled. */
/** Whether a method without a handler of its own lists what stands below it. */
export const isAnsweredIndex = (router: Router, method: MethodInfo): boolean =>
  isIndex(method) && (listed[method.path] !== undefined || router.childrenOf(method.path).length > 0);

export const indexOf = (twin: Twin, method: MethodInfo): unknown => {
  const children = isIndex(method) ? (listed[method.path]?.split(" ") ?? twin.router.childrenOf(method.path)) : [];
  if (children.length === 0) return notModelled(`${method.method} ${method.path} (${method.name})`);
  const key = keyOf(method);
  return children.map((child) => ({ [key]: child }));
};
