import { type Guest, type Node, sha1 } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { Problem } from "../problem.ts";
import { hasQuorum } from "../quorum.ts";
import { guestRow, isOnline, nodeRow, poolOfGuest, type Row, storageRows } from "./resource-rows.ts";
import { sdnRows } from "./sdn-rows.ts";

/** The fingerprint of the certificate that a node's proxy shows. */
const fingerprintOf = (node: Node | undefined): string | undefined =>
  (
    node?.certificates.find((one) => one.filename === "pveproxy-ssl.pem") ??
    node?.certificates.find((one) => one.filename === "pve-ssl.pem")
  )?.fingerprint;

/** The nodes that the asked one knows: its cluster's, or itself alone. */
const known = (call: Call): Node[] => {
  const { corosync } = call.world.cluster;
  return Object.values(call.world.nodes).filter((node) =>
    corosync?.members[call.node] === undefined ? node.name === call.node : corosync.members[node.name] !== undefined,
  );
};

const nodeList = (call: Call): unknown =>
  known(call).map((node) => ({ ...nodeRow(call, node), ssl_fingerprint: fingerprintOf(node) }));

const resourceNode = (call: Call, node: Node): Row => {
  const ha = call.world.ha.nodes[node.name];
  return {
    ...nodeRow(call, node),
    "cgroup-mode": 2,
    ...(ha === undefined ? {} : { hastate: ha }),
  };
};

const pooled = (call: Call, guest: Guest): Row => {
  const pool = poolOfGuest(call, guest.vmid);
  const row = guestRow(call, guest);
  return pool !== undefined && call.rights.has(`/pool/${pool}`, "Pool.Audit") ? { ...row, pool } : row;
};

const resources = (call: Call): unknown => {
  const type = call.text("type");
  const wanted = (kind: string): boolean => type === undefined || type === kind;
  const { world, rights } = call;
  const rows: Row[] = [];
  if (type === undefined) {
    for (const [poolid, pool] of Object.entries(world.pools)) {
      if (rights.has(`/pool/${poolid}`, "Pool.Audit") && pool.vmids.length + pool.storages.length > 0) {
        rows.push({ id: `/pool/${poolid}`, pool: poolid, type: "pool" });
      }
    }
  }
  if (wanted("vm")) {
    for (const guest of Object.values(world.guests))
      if (rights.has(`/vms/${guest.vmid}`, "VM.Audit")) rows.push(pooled(call, guest));
  }
  if (wanted("node")) rows.push(...known(call).map((node) => resourceNode(call, node)));
  if (wanted("storage")) rows.push(...storageRows(call));
  if (wanted("sdn")) rows.push(...sdnRows(call, type === "sdn"));
  return rows;
};

const status = (call: Call): unknown => {
  const { world } = call;
  const { corosync } = world.cluster;
  const row = (node: Node, nodeid: number): Row => ({
    id: `node/${node.name}`,
    type: "node",
    name: node.name,
    nodeid,
    local: node.name === call.node ? 1 : 0,
    online: isOnline(call, node.name) ? 1 : 0,
    ip: node.address,
    level: "",
  });
  if (corosync?.members[call.node] === undefined) return known(call).map((node) => row(node, 0));
  const members = Object.values(corosync.members);
  return [
    {
      id: "cluster",
      type: "cluster",
      name: corosync.name,
      nodes: members.length,
      quorate: hasQuorum(world, call.node) ? 1 : 0,
      version: corosync.version,
    },
    ...members.flatMap((member) => {
      const node = world.nodes[member.name];
      return node === undefined ? [] : [row(node, member.nodeid)];
    }),
  ];
};

const log = (call: Call): unknown => {
  const max = call.number("max") ?? 50;
  const audit = call.rights.has("/", "Sys.Syslog");
  const rows = call.world.log.filter((entry) => audit || entry.user === call.rights.name);
  return rows
    .slice(-max)
    .toReversed()
    .map((entry) => ({
      uid: String(entry.uid),
      id: `${entry.uid}:${entry.node}`,
      node: entry.node,
      pid: entry.pid,
      tag: entry.tag,
      pri: entry.pri,
      user: entry.user,
      time: Math.floor(entry.at / 1000),
      msg: entry.msg,
    }));
};

const memberRows = (call: Call): Row[] =>
  Object.values(call.world.cluster.corosync?.members ?? {}).map((member) => ({
    name: member.name,
    nodeid: String(member.nodeid),
    quorum_votes: String(member.votes),
    ...Object.fromEntries(member.links.map((link, index) => [`ring${index}_addr`, link])),
  }));

const totem = (call: Call): Row | null => {
  const { corosync } = call.world.cluster;
  if (corosync === undefined) return null;
  const links = Object.values(corosync.members)[0]?.links ?? [];
  return {
    cluster_name: corosync.name,
    config_version: String(corosync.version),
    interface: Object.fromEntries(links.map((_, index) => [String(index), { linknumber: String(index) }])),
    ip_version: "ipv4-6",
    link_mode: "passive",
    secauth: "on",
    token_coefficient: "125",
    version: "2",
  };
};

const joinInfo = (call: Call): unknown => {
  const { world } = call;
  const { corosync } = world.cluster;
  if (corosync === undefined) throw new Problem(424, "node is not in a cluster, no join info available!");
  return {
    config_digest: configDigestOf(call),
    preferred_node: call.text("node") ?? call.node,
    nodelist: memberRows(call).map((row) => {
      const node = world.nodes[String(row.name)];
      return { ...row, pve_addr: node?.address, pve_fp: fingerprintOf(node) };
    }),
    totem: totem(call),
  };
};

const configDigestOf = (call: Call): string => sha1(JSON.stringify([totem(call), memberRows(call)]));

export const clusterState: Handlers = {
  "GET /nodes": nodeList,
  "GET /cluster/resources": resources,
  "GET /cluster/status": status,
  "GET /cluster/log": log,
  "GET /cluster/config/nodes": (call) => memberRows(call).map((row) => ({ ...row, node: row.name })),
  "GET /cluster/config/totem": totem,
  "GET /cluster/config/join": joinInfo,
  "GET /cluster/config/apiversion": () => "1",
  "GET /cluster/config/qdevice": () => ({}),
  "GET /version": (call) => versionOf(call),
  "GET /nodes/{node}/version": (call) => versionOf(call),
};

const versionOf = (call: Call): unknown => {
  const versions = call.world.nodes[call.node]?.versions;
  return { version: versions?.pve, release: versions?.release, repoid: versions?.repoid };
};
