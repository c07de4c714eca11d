import {
  addVolume,
  backingOf,
  disksOf,
  findVolume,
  type Guest,
  type GuestKind,
  guestDigest,
  isRunning,
  isTemplate,
  lockedText,
  moveDisk,
  propertyOf,
  removeVolume,
  resizeDisk,
  storageOf,
  type World,
  withDisk,
} from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { startWorker, upidOrRefusal } from "../start.ts";
import { guestOfCall } from "./guest-of-call.ts";
import { needRootForSkipLock } from "./qemu-config.ts";
import { contentOf } from "./storage-config.ts";
import { storageNamed } from "./volume-access.ts";

const at = (call: Call, kind: GuestKind) => ({ node: call.node, kind, vmid: Number(call.need("vmid")) });
const changed = "detected modified configuration - file changed by other user? Try again.";

const resize =
  (kind: GuestKind): Handler =>
  (call) => {
    needRootForSkipLock(call);
    const guest = guestOfCall(call, kind);
    const digest = call.text("digest");
    if (digest !== undefined && digest !== guestDigest(guest))
      fail(kind === "qemu" ? "checksum mismatch (file change by other user?)" : changed);
    const volid = disksOf(guest).find(({ key }) => key === call.need("disk"))?.volid ?? "";
    if (volid !== "" && !call.rights.isRoot)
      call.rights.need(`/storage/${storageOf(volid)}`, "Datastore.AllocateSpace");
    return upidOrRefusal(
      resizeDisk(
        call.world,
        { user: call.rights.name },
        { ...at(call, kind), disk: call.need("disk"), size: call.need("size") },
      ),
    );
  };

const needStorageFor = (call: Call, kind: GuestKind, id: string): void => {
  if (!call.rights.isRoot) call.rights.need(`/storage/${id}`, "Datastore.AllocateSpace");
  const storage = storageNamed(call, id);
  if (`${storage.options.disable ?? 0}` === "1") fail(`storage '${id}' is disabled`);
  if (kind === "qemu" && !contentOf(storage).includes("images"))
    refuseParameters({ storage: `storage '${id}' does not support vm images` });
};

const toStorage = (call: Call, kind: GuestKind, disk: string, storage: string): unknown => {
  const guest = guestOfCall(call, kind);
  const digest = call.text("digest");
  if (lockedText(guest) === undefined && digest !== undefined && digest !== guestDigest(guest)) fail(changed);
  const text = guest.config[disk];
  if (text !== undefined && propertyOf(String(text), "media") === "cdrom" && !String(text).includes("cloudinit"))
    fail("you can't move a cdrom");
  if (kind === "lxc" && disk.startsWith("unused"))
    fail(`cannot move volume '${disk}', only configured volumes can be moved to another storage`);
  needStorageFor(call, kind, storage);
  const format = call.text("format");
  const bwlimit = call.number("bwlimit");
  return upidOrRefusal(
    moveDisk(
      call.world,
      { user: call.rights.name },
      {
        ...at(call, kind),
        disk,
        storage,
        remove: call.flag("delete"),
        ...(format === undefined ? {} : { format }),
        ...(bwlimit === undefined ? {} : { bwlimit }),
      },
    ),
  );
};

/** How messages speak of the two kinds of guests and of what they store on. */
const words = { qemu: { guest: "VM", disk: "disk" }, lxc: { guest: "CT", disk: "volume" } } as const;

type Reassignment = { readonly disk: string; readonly target: number; readonly targetDisk: string };

const bothGuests = (call: Call, kind: GuestKind, target: number): { source: Guest; other: Guest } => {
  const { guests } = call.world;
  const vmid = Number(call.need("vmid"));
  const { guest } = words[kind];
  const source = guests[vmid] ?? fail(`could not find ${guest} ${vmid}`);
  const other = guests[target] ?? fail(`could not find target ${guest} ${target}`);
  if (source.node !== other.node) fail(`Both ${guest}s need to be on the same node (${source.node} != ${other.node})`);
  for (const one of [source, other]) {
    if (one.kind !== kind)
      fail(
        `Configuration file 'nodes/${one.node}/${kind === "qemu" ? "qemu-server" : "lxc"}/${one.vmid}.conf' does not exist`,
      );
    const locked = lockedText(one);
    if (locked !== undefined) fail(locked);
  }
  return { source, other };
};

/** What stands in the way of giving a disk to another guest. */
const needReassignable = (
  call: Call,
  kind: GuestKind,
  { disk, target, targetDisk }: Reassignment,
): { source: Guest; other: Guest; volid: string } => {
  const { source, other } = bothGuests(call, kind, target);
  const { guest, disk: noun } = words[kind];
  if (isTemplate(source) || isTemplate(other)) fail(`Can't move ${noun}s from or to template ${guest}s`);
  for (const [one, digest] of [
    [source, call.text("digest")],
    [other, call.text("target-digest")],
  ] as const)
    if (digest !== undefined && digest !== guestDigest(one)) fail(`${guest} ${one.vmid}: ${changed}`);
  const text = source.config[disk];
  const capital = kind === "qemu" ? "Disk" : "Volume";
  if (text === undefined) return fail(`${capital} '${disk}' for ${guest} '${source.vmid}' does not exist`);
  if (other.config[targetDisk] !== undefined)
    fail(`Target ${noun} key '${targetDisk}' is already in use for ${guest} '${target}'`);
  const volid = /^(?:file=|volume=)?([^,]*)/.exec(String(text))?.[1] ?? "";
  if (propertyOf(String(text), "media") === "cdrom") fail("CD drive contents can't be moved to another VM");
  if (findVolume(call.world, source.node, volid) === undefined) fail(`Volume '${volid}' not managed by PVE`);
  const isSnapshotted = Object.values(source.snapshots).some(({ config }) =>
    disksOf({ config, kind }).some((one) => one.volid === volid),
  );
  if (isSnapshotted) fail(`Can't move ${noun} used by a snapshot to another ${guest}`);
  if (isRunning(source) && !disk.startsWith("unused"))
    fail(`Cannot move ${noun} to another ${guest} while the source ${guest} is running - detach first`);
  return { source, other, volid };
};

/** Gives a volume another owner, and with it another name. */
const rename = (world: World, node: string, volid: string, owner: number): string => {
  const found = findVolume(world, node, volid);
  const backing = backingOf(world, node, storageOf(volid));
  if (found === undefined || backing === undefined) return fail(`volume '${volid}' does not exist`);
  const { volume } = found;
  for (let index = 0; ; index++) {
    const name = volid
      .replaceAll(`${volume.vmid ?? ""}/`, `${owner}/`)
      .replace(/(vm|subvol)-\d+-disk-\d+/, `$1-${owner}-disk-${index}`);
    if (backing.volumes[name] !== undefined) continue;
    removeVolume(world, backing, volid);
    addVolume(world, backing, { ...volume, volid: name, vmid: owner });
    return name;
  }
};

const reassign = (call: Call, kind: GuestKind, asked: Reassignment): unknown => {
  const { disk, target, targetDisk } = asked;
  const vmid = Number(call.need("vmid"));
  const { guest, disk: noun } = words[kind];
  if (!call.rights.isRoot) call.rights.need(`/vms/${target}`, "VM.Config.Disk");
  if (target === vmid)
    refuseParameters({
      "target-vmid": `must be different than source VMID to ${kind === "qemu" ? "reassign disk" : "move disk to another container"}`,
    });
  const { source, other, volid } = needReassignable(call, kind, asked);
  if (!call.rights.isRoot) call.rights.need(`/storage/${storageOf(volid)}`, "Datastore.AllocateSpace");
  const text = String(source.config[disk]);
  const moved = rename(call.world, source.node, volid, target);
  delete source.config[disk];
  const order = propertyOf(String(source.config.boot ?? ""), "order")?.split(";");
  const isBooted = order?.includes(disk) === true;
  if (isBooted) source.config.boot = `order=${order.filter((key) => key !== disk).join(";")}`;
  other.config[targetDisk] = targetDisk.startsWith("unused") ? moved : withDisk(kind, text, { volid: moved });
  const lines = [
    `reassign ${noun} '${disk}' from ${guest} '${vmid}' as '${targetDisk}' to ${guest} '${target}'`,
    ...(isBooted ? [`removing disk '${disk}' from boot order config`] : []),
    `removing ${noun} '${disk}' from ${guest} '${vmid}' config`,
  ];
  return startWorker(call, kind === "qemu" ? "qmmove" : "move_volume", `${vmid}-${disk}>${target}-${targetDisk}`, [
    ...lines.map((line) => ({ do: "log", text: line }) as const),
    { do: "wait", ms: 300 },
  ]);
};

const move =
  (kind: GuestKind): Handler =>
  (call) => {
    const key = kind === "qemu" ? "disk" : "volume";
    const [disk, storage, target] = [call.need(key), call.text("storage"), call.number("target-vmid")];
    const both = (message: string): never => refuseParameters({ storage: message, "target-vmid": message });
    if (storage !== undefined && target !== undefined)
      return both("either set 'storage' or 'target-vmid', but not both");
    if (target !== undefined)
      return reassign(call, kind, { disk, target, targetDisk: call.text(`target-${key}`) ?? disk });
    if (storage !== undefined) return toStorage(call, kind, disk, storage);
    return both("both 'storage' and 'target-vmid' missing, either needs to be set");
  };

export const guestDisks: Handlers = {
  "PUT /nodes/{node}/qemu/{vmid}/resize": resize("qemu"),
  "PUT /nodes/{node}/lxc/{vmid}/resize": resize("lxc"),
  "POST /nodes/{node}/qemu/{vmid}/move_disk": move("qemu"),
  "POST /nodes/{node}/lxc/{vmid}/move_volume": move("lxc"),
};
