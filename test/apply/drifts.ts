import type { Hand } from "./hand.ts";

/** A property as it is declared and as it is found; undefined of what is not there. */
type Sides = readonly [declared: string | undefined, observed: string | undefined];

/** Something that a person changed by hand, and what has to be found of it: that, and nothing else. */
export type Drift = {
  /** The end of "found and repaired: …". */
  readonly what: string;
  readonly done: (hand: Hand) => Promise<void>;
  readonly found: Readonly<Record<string, "missing" | "surplus" | Readonly<Record<string, Sides>>>>;
  /** Whom the task log gives away; others leave no trace there. */
  readonly by?: string;
  readonly as?: string;
};

const onGuest =
  (node: string, vmid: number, parameters: Record<string, string | number>) =>
  async ({ ask }: Hand): Promise<void> =>
    ask("PUT", "/nodes/{node}/qemu/{vmid}/config", { node, vmid, ...parameters });

export const drifts: readonly Drift[] = [
  { what: "a guest has less memory", done: onGuest("node01", 2004, { memory: 4096 }), found: {} },
  { what: "a guest has more cores", done: onGuest("node01", 2004, { cores: 6 }), found: {} },
  { what: "a guest has another CPU type", done: onGuest("node01", 2004, { cpu: "host" }), found: {} },
  { what: "a guest lost a tag and got another", done: onGuest("node01", 2004, { tags: "orrery;worker;mine" }), found: {} },
  { what: "a guest's card is in another VLAN", done: async (hand) => onGuest("node01", 2004, { net0: `virtio=${await macOf(hand)},bridge=vmbr0,firewall=1,tag=30` })(hand), found: {} },
  { what: "a guest's card is past the firewall", done: async (hand) => onGuest("node01", 2004, { net0: `virtio=${await macOf(hand)},bridge=vmbr0,tag=20` })(hand), found: {} },
  { what: "a guest has a second card", done: onGuest("node01", 2004, { net1: "virtio,bridge=vmbr0,tag=10" }), found: {} },
  { what: "a guest's second disk was detached", done: onGuest("node01", 2004, { delete: "scsi1" }), found: {} },
  { what: "a guest's second disk was destroyed", done: onGuest("node01", 2004, { delete: "scsi1", force: 1 }), found: {} },
  { what: "a guest has a third disk", done: ({ ask }) => ask("POST", "/nodes/{node}/qemu/{vmid}/config", { node: "node01", vmid: 2004, scsi7: "local-nvme:8" }), found: {} },
  { what: "a guest's disk was moved to another storage", done: ({ ask }) => ask("POST", "/nodes/{node}/qemu/{vmid}/move_disk", { node: "node05", vmid: 2025, disk: "scsi0", storage: "nfs", delete: 1 }), found: {} },
  { what: "a guest boots from the network first", done: onGuest("node01", 2004, { boot: "order=net0;scsi0" }), found: {} },
  { what: "a guest does not start with its node", done: onGuest("node01", 2004, { onboot: 0 }), found: {} },
  { what: "a guest is protected no more", done: onGuest("node05", 1040, { protection: 0 }), found: {} },
  { what: "a guest starts in another order", done: onGuest("node01", 2002, { startup: "order=9,up=60" }), found: {} },
  { what: "a guest's agent is off", done: onGuest("node01", 2004, { agent: "enabled=0" }), found: {} },
  { what: "a guest has notes of somebody", done: onGuest("node01", 2004, { description: "do not touch" }), found: {} },
  { what: "a guest asks another name server", done: onGuest("node01", 2004, { nameserver: "9.9.9.9" }), found: {} },
  { what: "a guest has another name", done: onGuest("node03", 1015, { name: "awx" }), found: {} },
  { what: "a guest was stopped", done: ({ ask }) => ask("POST", "/nodes/{node}/qemu/{vmid}/status/stop", { node: "node01", vmid: 2004 }), found: {} },
  { what: "a guest was moved that stays on its node", done: ({ ask }) => ask("POST", "/nodes/{node}/qemu/{vmid}/migrate", { node: "node03", vmid: 1015, target: "node01", online: 1, "with-local-disks": 1 }), found: {} },
  { what: "a guest is in another pool", done: ({ ask }) => ask("PUT", "/pools", { poolid: "projects", vms: "1015", "allow-move": 1 }), found: {} },
  { what: "a guest was destroyed", done: async ({ ask }) => { await ask("POST", "/nodes/{node}/qemu/{vmid}/status/stop", { node: "node03", vmid: 1017 }); await ask("DELETE", "/nodes/{node}/qemu/{vmid}", { node: "node03", vmid: 1017, purge: 1 }); }, found: {} },
  { what: "a template has more memory", done: onGuest("node05", 9000, { memory: 8192 }), found: {} },
  { what: "a pool says something else", done: ({ ask }) => ask("PUT", "/pools", { poolid: "projects", comment: "old stuff [orrery]" }), found: {} },
  { what: "a pool bears the mark and is declared no more", done: ({ ask }) => ask("POST", "/pools", { poolid: "gone", comment: "last year's [orrery]" }), found: {} },
  { what: "a storage takes other content", done: ({ ask }) => ask("PUT", "/storage/{storage}", { storage: "nfs", content: "images,iso" }), found: {} },
  { what: "a storage is on fewer nodes", done: ({ ask }) => ask("PUT", "/storage/{storage}", { storage: "local-zfs", nodes: "node01,node02" }), found: {} },
  { what: "a storage is disabled", done: ({ ask }) => ask("PUT", "/storage/{storage}", { storage: "pbs-configuration", disable: 1 }), found: {} },
  { what: "a storage is there that is not declared", done: ({ ask }) => ask("POST", "/storage", { storage: "extra", type: "dir", path: "/mnt/extra", content: "iso" }), found: {} },
  { what: "a node's bridge lets fewer VLANs through", done: async ({ ask }) => { await ask("PUT", "/nodes/{node}/network/{iface}", { node: "node02", iface: "vmbr0", type: "bridge", bridge_ports: "lan2g5", bridge_vlan_aware: 1, bridge_vids: "10 20", autostart: 1 }); await ask("PUT", "/nodes/{node}/network", { node: "node02" }); }, found: {} },
  { what: "a node asks another name server", done: ({ ask }) => ask("PUT", "/nodes/{node}/dns", { node: "node03", search: "lab.local", dns1: "1.1.1.1" }), found: {} },
  { what: "a node's clock is shown in another zone", done: ({ ask }) => ask("PUT", "/nodes/{node}/time", { node: "node03", timezone: "UTC" }), found: {} },
  { what: "a node's hosts file lost an entry", done: async ({ ask, read }) => { const { data, digest } = await hostsOf(read); await ask("POST", "/nodes/{node}/hosts", { node: "node03", digest, data: data.split("\n").filter((line) => !line.includes("backup01")).join("\n") }); }, found: {} },
  { what: "a user is disabled", done: ({ ask }) => ask("PUT", "/access/users/{userid}", { userid: "monitoring@pve", enable: 0 }), found: {} },
  { what: "a user is in one group more", done: ({ ask }) => ask("PUT", "/access/users/{userid}", { userid: "monitoring@pve", groups: "automation" }), found: {} },
  { what: "a role has a privilege more", done: ({ ask }) => ask("PUT", "/access/roles/{roleid}", { roleid: "LabOperator", privs: "VM.Allocate", append: 1 }), found: {} },
  { what: "a permission was taken away", done: ({ ask }) => ask("PUT", "/access/acl", { path: "/vms", roles: "LabOperator", groups: "operators-entra", delete: 1 }), found: {} },
  { what: "a permission was granted", done: ({ ask }) => ask("PUT", "/access/acl", { path: "/", roles: "Administrator", groups: "operators-entra" }), found: {} },
  { what: "a token never expires", done: ({ ask }) => ask("PUT", "/access/users/{userid}/token/{tokenid}", { userid: "ansible@pve", tokenid: "awx", expire: 0 }), found: {} },
  { what: "a token has all that its user has", done: ({ ask }) => ask("PUT", "/access/users/{userid}/token/{tokenid}", { userid: "ansible@pve", tokenid: "awx", privsep: 0 }), found: {} },
  { what: "a realm only adds groups", done: ({ ask }) => ask("PUT", "/access/domains/{realm}", { realm: "entra", "groups-overwrite": 0 }), found: {} },
  { what: "a group says something else", done: ({ ask }) => ask("PUT", "/access/groups/{groupid}", { groupid: "automation", comment: "robots" }), found: {} },
  { what: "figures go to another port", done: ({ ask }) => ask("PUT", "/cluster/metrics/server/{id}", { id: "lab-mon01", server: "10.25.10.13", port: 2004 }), found: {} },
  { what: "a matcher lets errors only through", done: ({ ask }) => ask("PUT", "/cluster/notifications/matchers/{name}", { name: "what-failed", "match-severity": "error" }), found: {} },
  { what: "nobody gets mail", done: ({ ask }) => ask("PUT", "/cluster/notifications/endpoints/smtp/{name}", { name: "operations", disable: 1 }), found: {} },
  { what: "migrations go in clear over another network", done: ({ ask }) => ask("PUT", "/cluster/options", { migration: "type=insecure,network=10.25.10.0/24" }), found: {} },
  { what: "a mapping is of another device", done: ({ ask }) => ask("PUT", "/cluster/mapping/pci/{id}", { id: "gpu", map: ["node=node04,path=0000:01:00.0,id=10de:2484"] }), found: {} },
  { what: "HA gives up sooner", done: ({ ask }) => ask("PUT", "/cluster/ha/resources/{sid}", { sid: "vm:1003", max_restart: 0 }), found: {} },
  { what: "HA manages a guest no more", done: ({ ask }) => ask("DELETE", "/cluster/ha/resources/{sid}", { sid: "vm:2003" }), found: {} },
  { what: "an HA rule is gone", done: ({ ask }) => ask("DELETE", "/cluster/ha/rules/{rule}", { rule: "dns-apart" }), found: {} },
  { what: "an HA rule is a wish only", done: ({ ask }) => ask("PUT", "/cluster/ha/rules/{rule}", { rule: "dns-nodes", type: "node-affinity", strict: 0 }), found: {} },
  { what: "a guest is replicated once an hour", done: ({ ask }) => ask("PUT", "/cluster/replication/{id}", { id: "1003-0", schedule: "hourly" }), found: {} },
  { what: "a guest's replication is off", done: ({ ask }) => ask("PUT", "/cluster/replication/{id}", { id: "1003-0", disable: 1 }), found: {} },
  { what: "a backup job runs at another time", done: ({ ask }) => ask("PUT", "/cluster/backup/{id}", { id: "daily", schedule: "12:00" }), found: {} },
  { what: "a backup job keeps less", done: ({ ask }) => ask("PUT", "/cluster/backup/{id}", { id: "daily", "prune-backups": "keep-last=1" }), found: {} },
  { what: "a backup job is off", done: ({ ask }) => ask("PUT", "/cluster/backup/{id}", { id: "weekly", enabled: 0 }), found: {} },
  { what: "a backup job leaves a guest out", done: ({ ask }) => ask("PUT", "/cluster/backup/{id}", { id: "daily", exclude: "2014" }), found: {} },
  { what: "a backup job is gone", done: ({ ask }) => ask("DELETE", "/cluster/backup/{id}", { id: "monthly" }), found: {} },
  { what: "a rule lets anybody in", done: ({ ask }) => ask("POST", "/cluster/firewall/groups/{group}", { group: "node-doors", type: "in", action: "ACCEPT", enable: 1 }), found: {} },
  { what: "a rule is gone", done: ({ ask }) => ask("DELETE", "/cluster/firewall/groups/{group}/{pos}", { group: "node-doors", pos: 1 }), found: {} },
  { what: "rules stand in another order", done: ({ ask }) => ask("PUT", "/cluster/firewall/groups/{group}/{pos}", { group: "node-doors", pos: 0, moveto: 3 }), found: {} },
  { what: "a rule is off", done: ({ ask }) => ask("PUT", "/nodes/{node}/firewall/rules/{pos}", { node: "node05", pos: 0, enable: 0 }), found: {} },
  { what: "a guest lets everything in", done: ({ ask }) => ask("PUT", "/nodes/{node}/qemu/{vmid}/firewall/options", { node: "node05", vmid: 2014, policy_in: "ACCEPT" }), found: {} },
  { what: "an address is managed from besides", done: ({ ask }) => ask("POST", "/cluster/firewall/ipset/{name}", { name: "management", cidr: "203.0.113.0/24" }), found: {} },
  { what: "an alias is of another network", done: ({ ask }) => ask("PUT", "/cluster/firewall/aliases/{name}", { name: "lab", cidr: "10.0.0.0/8", comment: "all six VLANs [orrery]" }), found: {} },
];

const macOf = async ({ read }: Hand): Promise<string> => {
  const config = await read("/nodes/{node}/qemu/{vmid}/config", { node: "node01", vmid: 2004 });
  return /virtio=([0-9A-F:]+)/.exec(JSON.stringify(config))?.[1] ?? "";
};

const hostsOf = async (read: Hand["read"]): Promise<{ data: string; digest: string }> => {
  const found = await read("/nodes/{node}/hosts", { node: "node03" });
  const { data, digest } = Object(found);
  return { data: String(data), digest: String(digest) };
};
