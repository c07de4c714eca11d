import type { Hand } from "../hand.ts";
import type { ByHand } from "./by-hand.ts";

const hostsOf = async (read: Hand["read"]): Promise<{ data: string; digest: string }> => {
  const found = await read("/nodes/{node}/hosts", { node: "node03" });
  const { data, digest } = Object(found);
  return { data: String(data), digest: String(digest) };
};

/** Pools, storages, nodes, and what holds for the cluster as a whole. */
export const driftsOfNodes: readonly ByHand[] = [
  {
    what: "a pool says something else",
    done: ({ ask }) => ask("PUT", "/pools", { poolid: "projects", comment: "old stuff [orrery]" }),
    found: { "pool projects": { comment: ["Research: Kubernetes, databases, desktops", "old stuff"] } },
  },
  {
    what: "a pool bears the mark and is declared no more",
    done: ({ ask }) => ask("POST", "/pools", { poolid: "gone", comment: "last year's [orrery]" }),
    found: { "pool gone": "surplus" },
  },
  {
    what: "a storage takes other content",
    done: ({ ask }) => ask("PUT", "/storage/{storage}", { storage: "nfs", content: "images,iso" }),
    found: { "storage nfs": { content: ["images, iso, snippets, vztmpl", "images, iso"] } },
  },
  {
    what: "a storage is on fewer nodes",
    done: ({ ask }) => ask("PUT", "/storage/{storage}", { storage: "local-zfs", nodes: "node01,node02" }),
    found: { "storage local-zfs": { nodes: ["node01, node02, node03", "node01, node02"] } },
  },
  {
    what: "a storage is disabled",
    done: ({ ask }) => ask("PUT", "/storage/{storage}", { storage: "pbs-configuration", disable: 1 }),
    found: { "storage pbs-configuration": { disable: [null, "1"] } },
  },
  {
    what: "a storage is there that is not declared",
    done: ({ ask }) => ask("POST", "/storage", { storage: "extra", type: "dir", path: "/mnt/extra", content: "iso" }),
    found: { "storage extra": "surplus" },
  },
  {
    what: "a node's bridge lets fewer VLANs through",
    done: async ({ ask }) => {
      await ask("PUT", "/nodes/{node}/network/{iface}", {
        node: "node02",
        iface: "vmbr0",
        type: "bridge",
        bridge_ports: "lan2g5",
        bridge_vlan_aware: 1,
        bridge_vids: "10 20",
        autostart: 1,
      });
      await ask("PUT", "/nodes/{node}/network", { node: "node02" });
    },
    found: { "node network node02": { "vmbr0 bridge_vids": ["10 20 30 40 50 60", "10 20"] } },
    byTask: true,
  },
  {
    what: "a node asks another name server",
    done: ({ ask }) => ask("PUT", "/nodes/{node}/dns", { node: "node03", search: "lab.local", dns1: "1.1.1.1" }),
    found: { "node dns node03": { dns1: ["10.25.10.3", "1.1.1.1"], dns2: ["10.25.20.3", null] } },
  },
  {
    what: "a node's clock is shown in another zone",
    done: ({ ask }) => ask("PUT", "/nodes/{node}/time", { node: "node03", timezone: "UTC" }),
    found: { "node time node03": { timezone: ["America/New_York", "UTC"] } },
  },
  {
    what: "a node's hosts file lost an entry",
    done: async ({ ask, read }) => {
      const { data, digest } = await hostsOf(read);
      await ask("POST", "/nodes/{node}/hosts", {
        node: "node03",
        digest,
        data: data
          .split("\n")
          .filter((line) => !line.includes("backup01"))
          .join("\n"),
      });
    },
    found: { "node hosts node03": { "10.25.60.40": ["backup01.lab.local, backup01", null] } },
  },
  {
    what: "figures go to another port",
    done: ({ ask }) =>
      ask("PUT", "/cluster/metrics/server/{id}", { id: "lab-mon01", server: "10.25.10.13", port: 2004 }),
    found: { "metric server lab-mon01": { port: ["2003", "2004"] } },
  },
  {
    what: "a matcher lets errors only through",
    done: ({ ask }) =>
      ask("PUT", "/cluster/notifications/matchers/{name}", { name: "what-failed", "match-severity": "error" }),
    found: { "notification matcher what-failed": { "match-severity": ["error, warning", "error"] } },
  },
  {
    what: "nobody gets mail",
    done: ({ ask }) => ask("PUT", "/cluster/notifications/endpoints/smtp/{name}", { name: "operations", disable: 1 }),
    found: { "notification target operations": { disable: [null, "1"] } },
  },
  {
    what: "migrations go in clear over another network",
    done: ({ ask }) => ask("PUT", "/cluster/options", { migration: "type=insecure,network=10.25.10.0/24" }),
    found: {
      "cluster options options": { migration: ["network=10.25.50.0/24", "network=10.25.10.0/24,type=insecure"] },
    },
  },
  {
    what: "a mapping is of another device",
    done: ({ ask }) =>
      ask("PUT", "/cluster/mapping/pci/{id}", { id: "gpu", map: ["node=node04,path=0000:01:00.0,id=10de:2484"] }),
    found: {
      "pci mapping gpu": {
        map: ["id=10de:24b0,node=node04,path=0000:01:00.0", "id=10de:2484,node=node04,path=0000:01:00.0"],
      },
    },
  },
];
