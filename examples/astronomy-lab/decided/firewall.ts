import { defineChapter } from "@orrery/model";

const dns = {
  enabled: true,
  options: { policy_in: "DROP" },
  rules: [
    { in: "ACCEPT", macro: "DNS", source: "lab" },
    { in: "ACCEPT", macro: "SSH", source: "+management" },
  ],
} as const;

/** Section 3.2 leaves the access layer to the Fortigate; nodes and what all depend on keep their own doors as well. */
export const firewall = defineChapter("firewall", {
  cluster: {
    enabled: true,
    options: { policy_in: "DROP", policy_out: "ACCEPT" },
    aliases: {
      lab: { cidr: "10.25.0.0/16", comment: "all six VLANs" },
      backup01: { cidr: "10.25.60.40", comment: "backup server" },
    },
    ipSets: {
      management: {
        comment: "From where nodes and services are managed",
        entries: ["10.25.10.0/24", { cidr: "10.25.10.200", nomatch: true, comment: "the guests' printer" }],
      },
    },
    groups: {
      "node-doors": {
        comment: "What nodes answer to",
        // Nobody else opens a node.
        rules: {
          only: true,
          items: [
            { in: "ACCEPT", proto: "tcp", dport: "8006", source: "+management", comment: "web interface and API" },
            { in: "ACCEPT", macro: "SSH", source: "+management" },
            { in: "ACCEPT", macro: "Ping", source: "lab" },
          ],
        },
      },
      database: {
        comment: "PostgreSQL for the projects' VLAN",
        rules: [{ in: "ACCEPT", macro: "PostgreSQL", source: "10.25.20.0/24" }],
      },
    },
    rules: [{ group: "node-doors" }],
  },
  nodes: {
    node05: {
      rules: [{ in: "ACCEPT", proto: "tcp", dport: "2049", source: "lab", comment: "NFS" }],
    },
  },
  guests: {
    "lab-dns01": dns,
    "lab-dns02": dns,
    "proj-pg01": {
      enabled: true,
      options: { policy_in: "DROP" },
      rules: [{ group: "database" }, { in: "ACCEPT", macro: "SSH", source: "+management" }],
    },
  },
});
