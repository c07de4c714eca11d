import type { ByHand } from "./by-hand.ts";

/** HA, replication, backup jobs, firewall. */
export const driftsOfProtection: readonly ByHand[] = [
  {
    what: "HA gives up sooner",
    done: ({ ask }) => ask("PUT", "/cluster/ha/resources/{sid}", { sid: "vm:1003", max_restart: 0 }),
    found: { "ha resource vm:1003": { max_restart: ["2", "0"] } },
  },
  {
    what: "HA manages a guest no more",
    done: ({ ask }) => ask("DELETE", "/cluster/ha/resources/{sid}", { sid: "vm:2003" }),
    found: {
      "ha resource vm:2003": "missing",
      "ha rule dns-apart": { resources: ["vm:1003, vm:2003", "vm:1003"] },
      "ha rule dns-nodes": { resources: ["vm:1003, vm:2003", "vm:1003"] },
    },
  },
  {
    what: "an HA rule is gone",
    done: ({ ask }) => ask("DELETE", "/cluster/ha/rules/{rule}", { rule: "dns-apart" }),
    found: { "ha rule dns-apart": "missing" },
  },
  {
    what: "an HA rule is a wish only",
    done: ({ ask }) => ask("PUT", "/cluster/ha/rules/{rule}", { rule: "dns-nodes", type: "node-affinity", strict: 0 }),
    found: { "ha rule dns-nodes": { strict: ["1", null] } },
  },
  {
    what: "a guest is replicated once an hour",
    done: ({ ask }) => ask("PUT", "/cluster/replication/{id}", { id: "1003-0", schedule: "hourly" }),
    found: { "replication job 1003-0": { schedule: ["*:0/15", "*:00"] } },
  },
  {
    what: "a guest's replication is off",
    done: ({ ask }) => ask("PUT", "/cluster/replication/{id}", { id: "1003-0", disable: 1 }),
    found: { "replication job 1003-0": { disable: [null, "1"] } },
  },
  {
    what: "a backup job runs at another time",
    done: ({ ask }) => ask("PUT", "/cluster/backup/{id}", { id: "daily", schedule: "12:00" }),
    found: { "backup job daily": { schedule: ["22:00", "12:00"] } },
  },
  {
    what: "a backup job keeps less",
    done: ({ ask }) => ask("PUT", "/cluster/backup/{id}", { id: "daily", "prune-backups": "keep-last=1" }),
    found: { "backup job daily": { "prune-backups": ["keep-daily=14,keep-monthly=6,keep-weekly=4", "keep-last=1"] } },
  },
  {
    what: "a backup job is off",
    done: ({ ask }) => ask("PUT", "/cluster/backup/{id}", { id: "weekly", enabled: 0 }),
    found: { "backup job weekly": { enabled: ["1", "0"] } },
  },
  {
    what: "a backup job leaves a guest out",
    done: ({ ask }) => ask("PUT", "/cluster/backup/{id}", { id: "daily", exclude: "2014" }),
    found: { "backup job daily": { exclude: ["(empty)", "2014"] } },
  },
  {
    what: "a backup job is gone",
    done: ({ ask }) => ask("DELETE", "/cluster/backup/{id}", { id: "monthly" }),
    found: { "backup job monthly": "missing" },
  },
  {
    what: "a rule lets anybody in",
    done: ({ ask }) =>
      ask("POST", "/cluster/firewall/groups/{group}", { group: "node-doors", type: "in", action: "ACCEPT", enable: 1 }),
    found: {
      "firewall rules group node-doors": {
        rules: [
          "IN ACCEPT -source +management -p tcp -dport 8006 # web interface and API, IN SSH(ACCEPT) -source +management, IN Ping(ACCEPT) -source lab",
          "IN ACCEPT, IN ACCEPT -source +management -p tcp -dport 8006 # web interface and API, IN SSH(ACCEPT) -source +management, IN Ping(ACCEPT) -source lab",
        ],
      },
    },
  },
  {
    what: "a rule is gone",
    done: ({ ask }) => ask("DELETE", "/cluster/firewall/groups/{group}/{pos}", { group: "node-doors", pos: 1 }),
    found: {
      "firewall rules group node-doors": {
        rules: [
          "IN ACCEPT -source +management -p tcp -dport 8006 # web interface and API, IN SSH(ACCEPT) -source +management, IN Ping(ACCEPT) -source lab",
          "IN ACCEPT -source +management -p tcp -dport 8006 # web interface and API, IN Ping(ACCEPT) -source lab",
        ],
      },
    },
  },
  {
    what: "rules stand in another order",
    done: ({ ask }) => ask("PUT", "/cluster/firewall/groups/{group}/{pos}", { group: "node-doors", pos: 0, moveto: 3 }),
    found: {
      "firewall rules group node-doors": {
        rules: [
          "IN ACCEPT -source +management -p tcp -dport 8006 # web interface and API, IN SSH(ACCEPT) -source +management, IN Ping(ACCEPT) -source lab",
          "IN SSH(ACCEPT) -source +management, IN Ping(ACCEPT) -source lab, IN ACCEPT -source +management -p tcp -dport 8006 # web interface and API",
        ],
      },
    },
  },
  {
    what: "a rule is off",
    done: ({ ask }) => ask("PUT", "/nodes/{node}/firewall/rules/{pos}", { node: "node05", pos: 0, enable: 0 }),
    found: {
      "firewall rules node node05": {
        rules: ["IN ACCEPT -source lab -p tcp -dport 2049 # NFS", "|IN ACCEPT -source lab -p tcp -dport 2049 # NFS"],
      },
    },
  },
  {
    what: "a guest lets everything in",
    done: ({ ask }) =>
      ask("PUT", "/nodes/{node}/qemu/{vmid}/firewall/options", { node: "node05", vmid: 2014, policy_in: "ACCEPT" }),
    found: { "firewall options guest 2014": { policy_in: [null, "ACCEPT"] } },
  },
  {
    what: "an address is managed from besides",
    done: ({ ask }) => ask("POST", "/cluster/firewall/ipset/{name}", { name: "management", cidr: "203.0.113.0/24" }),
    found: {
      "ip set cluster/management": {
        entries: [
          "!10.25.10.200 # the guests' printer, 10.25.10.0/24",
          "!10.25.10.200 # the guests' printer, 10.25.10.0/24, 203.0.113.0/24",
        ],
      },
    },
  },
  {
    what: "an alias is of another network",
    done: ({ ask }) =>
      ask("PUT", "/cluster/firewall/aliases/{name}", {
        name: "lab",
        cidr: "10.0.0.0/8",
        comment: "all six VLANs [orrery]",
      }),
    found: { "firewall alias cluster/lab": { cidr: ["10.25.0.0/16", "10.0.0.0/8"] } },
  },
];
