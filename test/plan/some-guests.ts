import type { Method, ParameterValue } from "@orrery/contract";
import type { LabInput } from "@orrery/model";
import fc from "fast-check";
import { disk, usual } from "./lab-of-guests.ts";

type GuestInput = LabInput["guests"]["items"][number];

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

/** Without the keys that are undefined, as a person leaves them out. */
const said = <T extends object>(of: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

type Drives = NonNullable<GuestInput["drives"]>;
type Nics = NonNullable<GuestInput["nics"]>;

const size = fc.constantFrom("1 GiB", "1.5 GiB", "4 GiB");
const storage = fc.constantFrom("local-zfs", "shared");

const vmDisk = fc
  .record({
    size,
    storage,
    backup: fc.boolean(),
    options: maybe(
      fc.constantFrom<object>(
        {},
        { discard: "on", ssd: true },
        { cache: "writeback" },
        { iothread: true, aio: "native" },
      ),
    ),
  })
  .map((drawn) => disk(drawn.size as "1 GiB", said(drawn)));

const nic = (index: number) =>
  fc
    .record({
      vlan: maybe(fc.constantFrom(10, 20)),
      model: maybe(fc.constantFrom("virtio", "e1000")),
      firewall: maybe(fc.boolean()),
      mac: maybe(fc.constant(`BC:24:11:00:00:0${index}`)),
      mtu: maybe(fc.constantFrom(1, 1400)),
      rate: maybe(fc.constantFrom("10 MiB/s", "2.5 MiB/s")),
    })
    .map((drawn) => said({ bridge: "vmbr0", ...drawn }));

const common = {
  node: fc.constantFrom("pve1", "pve2", "pve3"),
  vcpus: fc.constantFrom(1, 2, 4),
  memory: fc.constantFrom("512 MiB", "1 GiB"),
  state: fc.constantFrom("running", "stopped"),
  tags: fc.subarray(["prod", "Team A", "db"]),
  pool: maybe(fc.constantFrom("web", "data")),
  description: maybe(fc.constantFrom("plain", "two\nlines: 50 %", "ümläut 😀, a=b")),
  onboot: maybe(fc.boolean()),
  protection: maybe(fc.boolean()),
  startOrder: maybe(fc.constantFrom(1, 7)),
};

const vm = (id: number): fc.Arbitrary<GuestInput> =>
  fc
    .record({
      ...common,
      disks: fc.array(vmDisk, { minLength: 1, maxLength: 3 }),
      nics: fc.tuple(nic(1), nic(2)).chain((both) => fc.subarray(both)),
      options: maybe(
        fc.constantFrom<object>(
          {},
          { agent: true, scsihw: "virtio-scsi-single" },
          { cpu: { cputype: "host", flags: "+aes" }, numa: true, balloon: 256 },
          { bios: "ovmf", machine: "q35", vga: { type: "virtio", memory: 64 } },
          { sockets: 1, cpulimit: 1.5, hotplug: "disk,network", rng0: "/dev/urandom" },
        ),
      ),
      drives: maybe(
        fc.constantFrom<Drives[]>([{ slot: "ide2", file: "shared:iso/debian-13.iso" }], [{ slot: "ide2" }], []),
      ),
      tpm: maybe(fc.constant({ storage: "local-zfs" })),
      efi: maybe(fc.constant({ storage: "shared" })),
    })
    .map((drawn) => ({ ...usual, name: `vm${id}`, id, ...said(drawn) }));

const container = (id: number): fc.Arbitrary<GuestInput> =>
  fc
    .record({
      ...common,
      disks: fc
        .tuple(size, size, fc.boolean(), maybe(fc.constantFrom("/data", "/srv/disk1")))
        .map(([root, more, backup, mount]) => [
          disk(root as "1 GiB"),
          disk(more as "1 GiB", said({ storage: "shared", backup, mount })),
        ]),
      nics: fc.constantFrom<Nics[]>(
        [],
        [{ bridge: "vmbr0", ip: "dhcp" }],
        [{ bridge: "vmbr0", name: "lan", address: "10.0.20.7" }],
      ),
      options: maybe(
        fc.constantFrom<object>(
          { unprivileged: true, ostype: "debian" },
          { unprivileged: true, ostype: "debian", features: { nesting: true }, swap: 0, nameserver: "10.0.20.1" },
        ),
      ),
    })
    .map((drawn) => ({
      ...usual,
      name: `ct${id}`,
      id,
      kind: "ct",
      image: { volume: "shared:vztmpl/debian-13.tar.zst" },
      ...said(drawn),
    }));

/** A VM, a container, and one of either. */
export const someGuests: fc.Arbitrary<readonly GuestInput[]> = fc
  .tuple(vm(101), container(102), fc.oneof(vm(103), container(103)))
  .map((guests) => guests);

/** A change by hand of one of these guests; those that Proxmox refuses change nothing. */
export type Edit = {
  readonly vmid: number;
  readonly method: Method;
  readonly below: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
};

const vmid = fc.constantFrom(101, 102, 103);

const edit = (
  method: Method,
  below: string,
  parameters: Readonly<Record<string, fc.Arbitrary<ParameterValue>>> = {},
): fc.Arbitrary<Edit> =>
  fc.record({ vmid, parameters: fc.record(parameters) }).map((drawn) => ({ method, below, ...drawn }));

const config = (parameters: Readonly<Record<string, fc.Arbitrary<ParameterValue>>>) =>
  edit("PUT", "/config", parameters);

export const someEdits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.oneof(
    config({ memory: fc.constantFrom(256, 768) }),
    config({ cores: fc.constantFrom(1, 3) }),
    config({ description: fc.constantFrom("mine", "") }),
    config({ tags: fc.constantFrom("orrery", "orrery;extra", "prod") }),
    config({ onboot: fc.boolean() }),
    config({ protection: fc.boolean() }),
    config({ startup: fc.constantFrom("order=2", "up=30,down=60") }),
    config({ net0: fc.constantFrom("virtio,bridge=vmbr0,tag=10", "name=eth0,bridge=vmbr0,ip=dhcp") }),
    config({ net3: fc.constantFrom("e1000,bridge=vmbr0", "name=eth3,bridge=vmbr0") }),
    config({ delete: fc.constantFrom("net0", "tags", "description", "ide2", "onboot", "agent", "cpu") }),
    config({ agent: fc.constantFrom("1", "0", "enabled=1,type=isa") }),
    config({ cpu: fc.constantFrom("host", "x86-64-v3") }),
    config({ balloon: fc.constantFrom(0, 128) }),
    config({ sockets: fc.constant(2) }),
    config({ bios: fc.constantFrom("ovmf", "seabios") }),
    config({ name: fc.constant("renamed") }),
    config({ hostname: fc.constant("renamed") }),
    config({ nameserver: fc.constant("9.9.9.9") }),
    config({ ide2: fc.constantFrom("none,media=cdrom", "shared:iso/debian-13.iso,media=cdrom") }),
    config({ boot: fc.constantFrom("order=net0", "order=scsi0") }),
    edit("POST", "/status/stop"),
    edit("POST", "/status/start"),
    edit("POST", "/migrate", { target: fc.constantFrom("pve1", "pve2", "pve3"), online: fc.boolean() }),
    edit("POST", "/move_disk", {
      disk: fc.constantFrom("scsi0", "scsi1"),
      storage: fc.constantFrom("shared", "local-zfs"),
      delete: fc.constant(true),
    }),
    edit("POST", "/move_volume", {
      volume: fc.constant("mp0"),
      storage: fc.constant("local-zfs"),
      delete: fc.constant(true),
    }),
    edit("PUT", "/resize", { disk: fc.constantFrom("scsi0", "mp0", "rootfs"), size: fc.constant("+1G") }),
    config({ scsi5: fc.constant("local-zfs:1") }),
  ),
  { minLength: 1, maxLength: 6 },
);
