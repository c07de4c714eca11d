import type { Hand } from "../hand.ts";
import type { ByHand } from "./by-hand.ts";

const onGuest =
  (node: string, vmid: number, parameters: Record<string, string | number>) =>
  async ({ ask }: Hand): Promise<void> =>
    ask("PUT", "/nodes/{node}/qemu/{vmid}/config", { node, vmid, ...parameters });

const macOf = async ({ read }: Hand): Promise<string> => {
  const config = await read("/nodes/{node}/qemu/{vmid}/config", { node: "node01", vmid: 2004 });
  return /virtio=([0-9A-F:]+)/.exec(JSON.stringify(config))?.[1] ?? "";
};

export const driftsOfGuests: readonly ByHand[] = [
  {
    what: "a guest has less memory",
    done: onGuest("node01", 2004, { memory: 4096 }),
    found: { "guest 2004": { memory: ["8192", "4096"] } },
  },
  {
    what: "a guest has more cores",
    done: onGuest("node01", 2004, { cores: 6 }),
    found: { "guest 2004": { cores: ["2", "6"] } },
  },
  {
    what: "a guest has another CPU type",
    done: onGuest("node01", 2004, { cpu: "host" }),
    found: { "guest 2004": { cpu: ["x86-64-v2-AES", "host"] } },
  },
  {
    what: "a guest lost a tag and got another",
    done: onGuest("node01", 2004, { tags: "orrery;worker;mine" }),
    found: { "guest 2004": { tags: ["control, tier-2", "mine, worker"] } },
  },
  {
    what: "a guest's card is in another VLAN",
    done: async (hand) =>
      onGuest("node01", 2004, { net0: `virtio=${await macOf(hand)},bridge=vmbr0,firewall=1,tag=30` })(hand),
    found: { "guest 2004": { "net0.tag": ["20", "30"] } },
  },
  {
    what: "a guest's card is past the firewall",
    done: async (hand) => onGuest("node01", 2004, { net0: `virtio=${await macOf(hand)},bridge=vmbr0,tag=20` })(hand),
    found: { "guest 2004": { "net0.firewall": ["1", null] } },
  },
  {
    what: "a guest has a second card",
    done: onGuest("node01", 2004, { net1: "virtio,bridge=vmbr0,tag=10" }),
    found: {
      "guest 2004": {
        net1: [null, "virtio"],
        "net1.bridge": [null, "vmbr0"],
        "net1.macaddr": [null, "(drawn)"],
        "net1.tag": [null, "10"],
      },
    },
  },
  {
    what: "a guest's second disk was detached",
    done: onGuest("node01", 2004, { delete: "scsi1" }),
    found: {
      "guest 2004": {
        scsi1: ["local-nvme", null],
        "scsi1.discard": ["on", null],
        "scsi1.iothread": ["1", null],
        "scsi1.size": ["268435456000", null],
      },
    },
  },
  {
    what: "a guest's second disk was destroyed",
    done: onGuest("node01", 2004, { delete: "scsi1", force: 1 }),
    found: {
      "guest 2004": {
        scsi1: ["local-nvme", null],
        "scsi1.discard": ["on", null],
        "scsi1.iothread": ["1", null],
        "scsi1.size": ["268435456000", null],
      },
    },
  },
  {
    what: "a guest has a third disk",
    done: ({ ask }) =>
      ask("POST", "/nodes/{node}/qemu/{vmid}/config", { node: "node01", vmid: 2004, scsi7: "local-nvme:8" }),
    found: { "guest 2004": { scsi7: [null, "local-nvme"], "scsi7.size": [null, "8589934592"] } },
    byTask: true,
  },
  {
    what: "a guest's disk was moved to another storage",
    done: ({ ask }) =>
      ask("POST", "/nodes/{node}/qemu/{vmid}/move_disk", {
        node: "node05",
        vmid: 2025,
        disk: "scsi0",
        storage: "nfs",
        delete: 1,
      }),
    found: { "guest 2025": { scsi0: ["local-nvme", "nfs"] } },
    byTask: true,
  },
  {
    what: "a guest boots from the network first",
    done: onGuest("node01", 2004, { boot: "order=net0;scsi0" }),
    found: { "guest 2004": { boot: ["scsi0, net0", "net0, scsi0"] } },
  },
  {
    what: "a guest does not start with its node",
    done: onGuest("node01", 2004, { onboot: 0 }),
    found: { "guest 2004": { onboot: ["1", null] } },
  },
  {
    what: "a guest is protected no more",
    done: onGuest("node05", 1040, { protection: 0 }),
    found: { "guest 1040": { protection: ["1", null] } },
  },
  {
    what: "a guest starts in another order",
    done: onGuest("node01", 2002, { startup: "order=9,up=60" }),
    found: { "guest 2002": { startup: ["2", "9"], "startup.up": [null, "60"] } },
  },
  {
    what: "a guest's agent is off",
    done: onGuest("node01", 2004, { agent: "enabled=0" }),
    found: { "guest 2004": { agent: ["1", null] } },
  },
  {
    what: "a guest has notes of somebody",
    done: onGuest("node01", 2004, { description: "do not touch" }),
    found: { "guest 2004": { description: [null, "do not touch"] } },
  },
  {
    what: "a guest asks another name server",
    done: onGuest("node01", 2004, { nameserver: "9.9.9.9" }),
    found: { "guest 2004": { nameserver: ["10.25.10.3, 10.25.20.3", "9.9.9.9"] } },
  },
  {
    what: "a guest has another name",
    done: onGuest("node03", 1015, { name: "awx" }),
    found: { "guest 1015": { name: ["lab-ansible01", "awx"] } },
  },
  {
    what: "a guest was stopped",
    done: ({ ask }) => ask("POST", "/nodes/{node}/qemu/{vmid}/status/stop", { node: "node01", vmid: 2004 }),
    found: { "guest 2004": { status: ["running", "stopped"] } },
    byTask: true,
  },
  {
    what: "a guest was moved that stays on its node",
    done: ({ ask }) =>
      ask("POST", "/nodes/{node}/qemu/{vmid}/migrate", {
        node: "node03",
        vmid: 1015,
        target: "node01",
        online: 1,
        "with-local-disks": 1,
      }),
    found: { "guest 1015": { node: ["node03", "node01"] } },
    byTask: true,
  },
  {
    what: "a guest is in another pool",
    done: ({ ask }) => ask("PUT", "/pools", { poolid: "projects", vms: "1015", "allow-move": 1 }),
    found: { "guest 1015": { pool: ["lab-services", "projects"] } },
  },
  {
    what: "a guest was destroyed",
    done: async ({ ask }) => {
      await ask("POST", "/nodes/{node}/qemu/{vmid}/status/stop", { node: "node03", vmid: 1017 });
      await ask("DELETE", "/nodes/{node}/qemu/{vmid}", { node: "node03", vmid: 1017, purge: 1 });
    },
    found: { "guest 1017": "missing" },
    byTask: true,
  },
  {
    what: "a template has more memory",
    done: onGuest("node05", 9000, { memory: 8192 }),
    found: { "template 9000": { memory: ["4096", "8192"] } },
  },
];
