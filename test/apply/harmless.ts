import type { ByHand } from "./drifts/by-hand.ts";
import type { Hand } from "./hand.ts";

const config =
  (parameters: Record<string, string | number>) =>
  ({ ask }: Hand): Promise<void> =>
    ask("PUT", "/nodes/{node}/qemu/{vmid}/config", { node: "node01", vmid: 2004, ...parameters });

export const harmless: readonly Pick<ByHand, "what" | "done">[] = [
  {
    what: "HA moved a guest whose place is HA's affair",
    done: async ({ ask, wait }) => {
      await ask("POST", "/cluster/ha/resources/{sid}/migrate", { sid: "vm:1003", node: "node01" });
      await wait(300);
    },
  },
  { what: "tags stand in another order", done: config({ tags: "tier-2;Control;orrery" }) },
  {
    what: "parts of a disk stand in another order, its size in another unit",
    done: async ({ ask, read }) => {
      const found = Object(await read("/nodes/{node}/qemu/{vmid}/config", { node: "node01", vmid: 2004 }));
      const volume = String(found.scsi1).split(",")[0];
      await ask("PUT", "/nodes/{node}/qemu/{vmid}/config", {
        node: "node01",
        vmid: 2004,
        scsi1: `${volume},size=256000M,iothread=1,discard=on`,
      });
    },
  },
  {
    what: "defaults are spelled out",
    done: config({ acpi: 1, kvm: 1, sockets: 1, tablet: 1, hotplug: "network,disk,usb" }),
  },
  { what: "flags are written in words", done: config({ agent: "enabled=yes" }) },
  {
    what: "a card has a new address that nobody declared",
    done: config({ net0: "virtio,bridge=vmbr0,firewall=1,tag=20" }),
  },
  {
    what: "keys that change by themselves have changed",
    done: config({ vmgenid: "1", smbios1: "uuid=11111111-2222-4333-8444-555555555555" }),
  },
  {
    what: "a snapshot was taken",
    done: ({ ask }) =>
      ask("POST", "/nodes/{node}/qemu/{vmid}/snapshot", { node: "node01", vmid: 2004, snapname: "before" }),
  },
  {
    what: "a backup was made",
    done: ({ ask }) =>
      ask("POST", "/nodes/{node}/vzdump", { node: "node01", vmid: "2004", storage: "pbs-backup01", mode: "snapshot" }),
  },
  {
    what: "a guest was restarted",
    done: ({ ask }) => ask("POST", "/nodes/{node}/qemu/{vmid}/status/reboot", { node: "node01", vmid: 2004 }),
  },
  {
    what: "somebody has a guest of their own",
    done: ({ ask }) =>
      ask("POST", "/nodes/{node}/qemu", {
        node: "node02",
        vmid: 100,
        name: "mine",
        memory: 512,
        scsi0: "local-nvme:4",
      }),
  },
  {
    what: "somebody has a pool and a user of their own",
    done: async ({ ask }) => {
      await ask("POST", "/pools", { poolid: "theirs", comment: "hands off" });
      await ask("POST", "/access/users", { userid: "visitor@pve", comment: "until June" });
      await ask("PUT", "/access/acl", { path: "/pool/theirs", roles: "PVEVMUser", users: "visitor@pve" });
    },
  },
  {
    what: "somebody has a backup job and a firewall alias of their own",
    done: async ({ ask }) => {
      await ask("POST", "/cluster/backup", {
        id: "theirs",
        schedule: "sat 03:00",
        storage: "pbs-backup01",
        vmid: "2004",
      });
      await ask("POST", "/cluster/firewall/aliases", { name: "theirs", cidr: "192.0.2.1" });
    },
  },
  {
    what: "content and nodes of a storage stand in another order",
    done: async ({ ask }) => {
      await ask("PUT", "/storage/{storage}", { storage: "nfs", content: "vztmpl,snippets,iso,images" });
      await ask("PUT", "/storage/{storage}", { storage: "local-zfs", nodes: "node03,node01,node02" });
    },
  },
  {
    what: "a role's privileges stand in another order, and the marks of comments are gone",
    done: async ({ ask }) => {
      await ask("PUT", "/access/roles/{roleid}", {
        roleid: "LabOperator",
        privs:
          "VM.Snapshot,VM.PowerMgmt,VM.GuestAgent.Audit,VM.Config.Cloudinit,VM.Config.CDROM,VM.Console,VM.Backup,VM.Audit",
      });
      await ask("PUT", "/pools", { poolid: "projects", comment: "Research: Kubernetes, databases, desktops" });
    },
  },
  {
    what: "a property string of the cluster is written the other way round",
    done: ({ ask }) => ask("PUT", "/cluster/options", { migration: "network=10.25.50.0/24,type=secure" }),
  },
  { what: "a day has gone by, with its backups and replications", done: ({ wait }) => wait(86_400) },
];
