/** Cluster options, metric servers, notifications, hardware mappings. */
const cluster = [
  "cluster options",
  "metric server",
  "notification target",
  "notification matcher",
  "pci mapping",
  "usb mapping",
  "dir mapping",
] as const;

/** Node network, DNS, time, hosts; SDN. */
const network = [
  "node dns",
  "node time",
  "node hosts",
  "node network",
  "sdn controller",
  "sdn ipam",
  "sdn dns",
  "sdn zone",
  "sdn vnet",
  "sdn subnet",
  "sdn",
] as const;

const storage = ["storage"] as const;

/** Pools, users, groups, roles, ACLs, realms, tokens. */
const access = ["pool", "realm", "role", "group", "user", "token", "acl"] as const;

/** Of the cluster, its nodes and its guests. What a list names comes before the list, and what switches it on after. */
const firewall = ["firewall alias", "ip set", "security group", "firewall rules", "firewall options"] as const;

/** Virtual machines, containers, templates. */
const guests = ["template", "guest"] as const;

/** HA resources and rules, replication, backup jobs. */
const protection = ["ha group", "ha resource", "ha rule", "replication job", "backup job"] as const;

/** The kinds of object, in the order in which a person would set a cluster up. */
export const objectKinds = [
  ...cluster,
  ...network,
  ...storage,
  ...access,
  ...firewall,
  ...guests,
  ...protection,
] as const;

export type ObjectKind = (typeof objectKinds)[number];

const names: ReadonlySet<string> = new Set(objectKinds);

export const isObjectKind = (name: string): name is ObjectKind => names.has(name);
