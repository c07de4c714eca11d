import { parseLab } from "@orrery/model";
import { adopt, defaultMark, planFor } from "@orrery/plan";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, observeTwin, overTwin } from "../observe/observed-twin.ts";
import { emptyWorld, labOf } from "../plan/lab-of-guests.ts";

/** Lines as they stand in configurations that grew over years, key by key. */
const vmLines: Readonly<Record<string, readonly string[]>> = {
  scsi0: [
    "local-zfs:4",
    "local-zfs:4,ssd=1,cache=writeback,aio=threads",
    "local-zfs:1,iothread=1,mbps_rd=10.5,serial=a b",
  ],
  scsi1: ["local-zfs:2,backup=0,replicate=0", "none,media=cdrom"],
  virtio0: ["local-zfs:3,discard=on,snapshot=1", "local-zfs:1,ro=1"],
  virtio5: ["local-zfs:1"],
  sata0: ["local-zfs:1", "none,media=cdrom"],
  ide2: ["none,media=cdrom", "local-zfs:cloudinit"],
  ide0: ["local-zfs:cloudinit", "local-zfs:1,model=disk"],
  net0: [
    "virtio,bridge=vmbr0",
    "e1000e,bridge=vmbr0,tag=20,firewall=1,link_down=1",
    "virtio,bridge=vmbr0,queues=4,rate=2.5,mtu=1",
  ],
  net3: ["rtl8139,bridge=vmbr0,trunks=10;20", "virtio"],
  ipconfig0: ["ip=dhcp", "ip=10.0.20.9/24,gw=10.0.20.1,ip6=auto"],
  ipconfig3: ["ip6=dhcp"],
  ciuser: ["bob"],
  cipassword: ["geheim"],
  citype: ["nocloud"],
  ciupgrade: ["0"],
  nameserver: ["1.1.1.1 9.9.9.9"],
  searchdomain: ["a.test b.test"],
  sshkeys: ["ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIFoo%20bob%40x"],
  boot: ["order=scsi0;net0", "order=net0", "order=virtio5;scsi0", " "],
  bios: ["ovmf"],
  efidisk0: ["local-zfs:1,efitype=4m,pre-enrolled-keys=1", "local-zfs:1"],
  tpmstate0: ["local-zfs:1,version=v2.0", "local-zfs:1"],
  machine: ["q35", "pc-i440fx-9.2", "type=q35,viommu=intel"],
  cpu: ["host,flags=+aes;-pcid", "x86-64-v3", "cputype=kvm64,hidden=1"],
  sockets: ["2"],
  cores: ["3"],
  vcpus: ["2"],
  cpulimit: ["1.5"],
  cpuunits: ["2048"],
  numa: ["1"],
  numa0: ["cpus=0-1,hostnodes=0,memory=512,policy=bind"],
  memory: ["512", "2048", "current=1024"],
  balloon: ["0", "256", "512"],
  shares: ["500"],
  vga: ["virtio,memory=64", "none", "serial0"],
  serial0: ["socket"],
  agent: ["1,fstrim_cloned_disks=1", "enabled=0", "1,type=isa"],
  rng0: ["source=/dev/urandom,max_bytes=512"],
  audio0: ["device=ich9-intel-hda,driver=none"],
  watchdog: ["model=i6300esb,action=reset"],
  smbios1: ["manufacturer=QWNtZQ==,base64=1"],
  hotplug: ["0", "1", "network,disk,cpu,memory,usb"],
  tablet: ["0"],
  localtime: ["1"],
  kvm: ["0"],
  acpi: ["0"],
  startup: ["order=3,up=30", "up=5", "order=0,down=90"],
  onboot: ["1", "0"],
  protection: ["1"],
  tags: ["B;a;c-d", "x"],
  description: ["line 1\nline 2 `tick` \\ back ", "\n", "# Ümläut 😀"],
  startdate: ["now", "2020-01-01T00:00:00"],
  scsihw: ["virtio-scsi-pci", "lsi"],
  keyboard: ["de"],
  spice_enhancements: ["foldersharing=1"],
  migrate_downtime: ["0.3"],
  usb0: ["spice", "host=1234:5678"],
  args: ["-cpu host"],
};
const containerLines: Readonly<Record<string, readonly string[]>> = {
  rootfs: ["local-zfs:2", "local-zfs:1,mountoptions=noatime;discard,quota=0,acl=1"],
  mp0: ["local-zfs:1,mp=/data,backup=1", "local-zfs:1,mp=/a b,ro=1"],
  mp7: ["/srv/x,mp=/x,shared=1"],
  net0: [
    "name=eth0,bridge=vmbr0,ip=dhcp,hwaddr=BC:24:11:01:02:03",
    "name=lan,bridge=vmbr0,ip=10.0.20.9/24,gw=10.0.20.1,tag=20,type=veth",
  ],
  net2: ["name=eth5,bridge=vmbr0,ip6=auto,firewall=1,rate=3"],
  memory: ["256"],
  swap: ["0", "1024"],
  cores: ["1", "4"],
  cpulimit: ["0.5"],
  cpuunits: ["50"],
  unprivileged: ["1", "0"],
  features: ["nesting=1", "nesting=1,keyctl=1,mount=nfs;cifs"],
  tags: ["q;a"],
  description: ["hallo\n"],
  nameserver: ["1.1.1.1 9.9.9.9"],
  searchdomain: ["a.test"],
  onboot: ["1"],
  startup: ["order=1,up=2,down=3"],
  tty: ["4"],
  console: ["0"],
  cmode: ["shell"],
  timezone: ["host", "Europe/Berlin"],
  arch: ["amd64"],
  protection: ["1"],
  debug: ["1"],
  dev0: ["/dev/net/tun,mode=0666"],
};
const lines = (of: Readonly<Record<string, readonly string[]>>) =>
  fc
    .tuple(
      ...Object.entries(of).map(([key, texts]) =>
        fc.option(
          fc.constantFrom(...texts).map((text): [string, string] => [key, text]),
          { freq: 1, nil: undefined },
        ),
      ),
    )
    .map((found) => Object.fromEntries(found.filter((one) => one !== undefined)));

const image = "shared:vztmpl/debian-13.tar.zst";

/** Has the twin make a guest; by its task, that it was made. */
const make = async ({ clock, pve }: OverTwin, path: string, parameters: Record<string, string | number>) => {
  const { data } = await clock.drive(pve.request("POST", path, { node: "pve1", ...parameters }));
  expect((await clock.drive(pve.follow(String(data)).end())).kind).toBe("ok");
};

test.each(["9.2", "8.4"] as const)(
  "guests with odd lines of %s are adopted whole",
  async (release) => {
    await fc.assert(
      fc.asyncProperty(lines(vmLines), lines(containerLines), fc.boolean(), async (vm, container, isTemplate) => {
        const twin = overTwin(emptyWorld(labOf([]), { release }));
        await make(twin, "/nodes/{node}/qemu", { vmid: 300, name: "odd", ...vm });
        if (isTemplate && vm.protection === undefined) await make(twin, "/nodes/{node}/qemu/300/template", {});
        await make(twin, "/nodes/{node}/lxc", {
          vmid: 301,
          hostname: "ct",
          ostemplate: image,
          rootfs: "local-zfs:1",
          ...container,
        });
        // A node tells of a guest some seconds after it was made.
        await twin.clock.drive(twin.clock.sleep(15_000));
        const { state } = await observeTwin(twin);
        const parsed = parseLab(adopt(state, defaultMark));
        if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
        const { drift, undecided, stuck } = planFor(parsed.lab, state, state.at);
        const left = [...drift, ...undecided, ...stuck];
        expect(left.filter(({ object }) => object.kind === "guest" || object.kind === "template")).toEqual([]);
      }),
      { numRuns: 15 },
    );
  },
  60_000,
);
