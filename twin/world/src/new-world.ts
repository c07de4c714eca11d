import { dict } from "./dict.ts";
import { emptyFirewall } from "./firewall.ts";
import { randomOf } from "./random.ts";
import { builtInRoles } from "./roles.ts";
import type { Release, World } from "./world.ts";

export type NewWorld = { release: Release; seed: number /** Epoch milliseconds. */; now: number };

/** A world without nodes: the built-in users, realms and roles, and nothing else. */
export const newWorld = ({ release, seed, now }: NewWorld): World => ({
  format: 1,
  release,
  seed,
  random: randomOf(seed),
  now,
  order: 0,
  queue: [],
  cluster: { partitions: [], options: dict(), firewall: emptyFirewall() },
  network: { links: dict(), dark: dict(), cuts: dict() },
  nodes: dict(),
  published: dict(),
  backings: dict(),
  storages: dict(),
  mounts: dict(),
  guests: dict(),
  access: {
    users: dict([["root@pam", { userid: "root@pam", enable: true, expire: 0, tokens: dict(), tfa: dict() }]]),
    groups: dict(),
    roles: builtInRoles(release),
    acls: [],
    realms: dict([
      [
        "pam",
        { type: "pam", id: "pam", options: dict<string | number>([["comment", "Linux PAM standard authentication"]]) },
      ],
      [
        "pve",
        { type: "pve", id: "pve", options: dict<string | number>([["comment", "Proxmox VE authentication server"]]) },
      ],
    ]),
  },
  pools: dict(),
  sdn: { zones: dict(), vnets: dict(), subnets: dict(), controllers: dict(), ipams: dict(), dns: dict() },
  mappings: { pci: dict(), usb: dict(), dir: dict() },
  metricServers: dict(),
  notifications: { endpoints: dict(), matchers: dict(), sent: [] },
  jobs: {
    backup: dict(),
    realmSync: dict(),
    backupState: dict(),
    replication: dict(),
    replicationState: dict(),
    datastores: dict(),
  },
  ha: {
    resources: dict(),
    rules: dict(),
    groups: dict(),
    nodes: dict(),
    services: dict(),
    lrm: dict(),
    lastSeen: dict(),
    armed: { kind: "armed" },
  },
  tasks: dict(),
  locks: dict(),
  flows: dict(),
  lastFlow: 0,
  log: [],
  logUid: 0,
  faults: dict(),
});
