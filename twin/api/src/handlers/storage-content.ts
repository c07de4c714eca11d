import type { Storage, Volume } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { sizeBytes } from "../figures.ts";
import { fail, refuseParameters } from "../problem.ts";
import { startWorker } from "../start.ts";
import { isShared, mountOf, storagesOn } from "../storage-mounts.ts";
import { splitList } from "../validation/word-list.ts";
import { contentOfName, storagePath, volumeName, volumePath } from "../volume-path.ts";
import { contentOf } from "./storage-config.ts";
import {
  backingOf,
  charge,
  enabled,
  findVolume,
  maySee,
  mayUse,
  needName,
  needVolume,
  storageOf,
  volid,
} from "./storage-of-call.ts";
import { prune, pruneList } from "./storage-prune.ts";
import { download, upload } from "./storage-transfer.ts";
import { needVolumeAccess, readVolid } from "./volume-access.ts";

const statusRow = (call: Call, storage: Storage): Record<string, unknown> => {
  const backing = enabled(storage) ? mountOf(call.world, storage.id, call.node) : undefined;
  const base = {
    type: storage.type,
    content: contentOf(storage).join(","),
    shared: isShared(storage) ? 1 : 0,
    enabled: enabled(storage) ? 1 : 0,
    active: backing === undefined ? 0 : 1,
  };
  if (backing === undefined) return { ...base, total: 0, used: 0, avail: 0 };
  return {
    ...base,
    total: backing.total,
    used: backing.used,
    avail: Math.max(0, backing.total - backing.reserved - backing.used),
  };
};

const list = (call: Call): unknown => {
  const wanted = call.list("content");
  const only = call.text("storage");
  const target = call.text("target");
  return storagesOn(call.world, call.node)
    .filter((storage) => only === undefined || storage.id === only)
    .filter((storage) => wanted.length === 0 || wanted.some((content) => contentOf(storage).includes(content)))
    .filter((storage) => !call.flag("enabled") || enabled(storage))
    .filter((storage) => target === undefined || storagesOn(call.world, target).some((one) => one.id === storage.id))
    .filter((storage) => mayUse(call, storage.id))
    .map((storage) => {
      const row = statusRow(call, storage);
      const fraction = Number(row.total) > 0 ? { used_fraction: Number(row.used) / Number(row.total) } : {};
      return { storage: storage.id, ...row, ...fraction };
    });
};

const status = (call: Call): unknown => {
  const storage = call.world.storages[call.need("storage")] ?? refuseParameters({ storage: "No such storage." });
  return statusRow(call, storage);
};

const volumeRow = (volume: Volume): Record<string, unknown> => {
  const base = {
    volid: volume.volid,
    content: volume.content,
    format: volume.format,
    size: volume.size,
    ctime: Math.floor(volume.ctime / 1000),
  };
  if (volume.content === "images" || volume.content === "rootdir") {
    return { ...base, vmid: volume.vmid, used: volume.used, parent: volume.parent ?? null };
  }
  if (volume.content !== "backup") return base;
  const { archive } = volume;
  return {
    ...base,
    ...(volume.vmid === undefined ? {} : { vmid: volume.vmid }),
    ...(archive === undefined ? {} : { subtype: archive.kind }),
    ...(volume.notes === undefined ? {} : { notes: volume.notes }),
    ...(volume.protected ? { protected: 1 } : {}),
    ...(archive === undefined || archive.verification.kind === "none"
      ? {}
      : { verification: { state: archive.verification.kind, upid: archive.verification.upid } }),
  };
};

const content = (call: Call): unknown => {
  const storage = storageOf(call);
  const backing = backingOf(call, storage);
  const kind = call.text("content");
  const vmid = call.number("vmid");
  return Object.values(backing.volumes)
    .filter((volume) => volume.storage === storage.id)
    .filter((volume) => kind === undefined || volume.content === kind)
    .filter((volume) => vmid === undefined || volume.vmid === vmid)
    .filter((volume) => maySee(call, volume))
    .map(volumeRow);
};

const formatOf = (call: Call, storage: Storage, name: string): string => {
  const ending = /\.(raw|qcow2|vmdk)$/.exec(name)?.[1];
  const given = call.text("format");
  if (given !== undefined && ending !== undefined && given !== ending)
    refuseParameters({ format: `different storage formats (${given} != ${ending})` });
  return given ?? ending ?? (storagePath(storage) === undefined ? "raw" : "raw");
};

/** What an empty image takes at once. */
const emptyUse = (format: string, size: number): number =>
  format === "qcow2" ? 131_072 + Math.ceil((size / 2 ** 30) * 200_704) : Math.min(4096, size);

const allocate = (call: Call): unknown => {
  const storage = storageOf(call);
  const backing = backingOf(call, storage);
  const name = call.need("filename");
  const vmid = Number(call.need("vmid"));
  const size = /[MG]$/.test(call.need("size")) ? sizeBytes(call.need("size")) : Number(call.need("size")) * 1024;
  const format = formatOf(call, storage, name);
  const volid = storagePath(storage) === undefined ? `${storage.id}:${name}` : `${storage.id}:${vmid}/${name}`;
  if (backing.volumes[volid] !== undefined) fail(`disk image '${volumePath(storage, "images", volid)}' already exists`);
  if (!contentOf(storage).includes("images") && !contentOf(storage).includes("rootdir")) {
    fail(`storage '${storage.id}' does not support content-type 'images'`);
  }
  const used = emptyUse(format, size);
  backing.volumes[volid] = {
    volid,
    storage: storage.id,
    content: "images",
    format,
    size,
    used,
    vmid,
    ctime: call.world.now,
    protected: false,
  };
  charge(call, backing, used);
  return volid;
};

const attributes = (call: Call): unknown => {
  const { storage, volume } = needVolume(call);
  return {
    path: volumePath(storage, volume.content, volume.volid),
    size: volume.size,
    used: volume.used,
    format: volume.content === "images" || volume.content === "rootdir" ? volume.format : "raw",
    ...(volume.content === "backup" ? { protected: volume.protected ? 1 : 0 } : {}),
    ...(volume.notes === undefined ? {} : { notes: volume.notes }),
  };
};

const setAttributes = (call: Call): unknown => {
  const { volume } = needVolume(call);
  const notes = call.text("notes");
  if (volume.content !== "backup") {
    if (notes !== undefined) fail("only backups can have notes");
    if (call.given("protected")) fail("only backups can be protected");
  }
  if (notes !== undefined) volume.notes = notes;
  if (call.given("protected")) volume.protected = call.flag("protected");
  return null;
};

const remove = (call: Call): unknown => {
  const { storage, backing, volume } = findVolume(call);
  const id = volid(call);
  needName(storage, id);
  const kind = volume?.content ?? contentOfName(volumeName(id));
  if (!call.rights.isRoot) {
    if (kind === "backup" && volume?.vmid !== undefined && call.rights.has(`/vms/${volume.vmid}`, "VM.Backup")) {
      call.rights.needAny(`/storage/${storage.id}`, "Datastore.Allocate", "Datastore.AllocateSpace");
    } else {
      call.rights.need(`/storage/${storage.id}`, "Datastore.Allocate");
    }
  }
  const vmid = volume?.vmid ?? /^(\d+)\//.exec(volumeName(id))?.[1] ?? /vzdump-\w+-(\d+)-/.exec(id)?.[1];
  const worker = vmid === undefined ? storage.id : `${vmid}@${storage.id}`;
  if (volume?.protected) {
    return startWorker(call, "imgdel", worker, [
      { do: "fail", message: `cannot remove protected volume '${volumeName(id)}' on '${storage.id}'` },
    ]);
  }
  const child = Object.values(backing.volumes).find((other) => other.parent === id);
  if (child !== undefined) {
    return startWorker(call, "imgdel", worker, [
      { do: "fail", message: `base volume '${volumeName(id)}' is still in use by linked cloned` },
    ]);
  }
  const missing =
    volume === undefined
      ? [{ do: "log", text: `disk image '${volumePath(storage, kind ?? "images", id)}' does not exist` } as const]
      : [];
  if (volume !== undefined) {
    delete backing.volumes[id];
    charge(call, backing, -volume.used);
  }
  return startWorker(call, "imgdel", worker, [
    ...missing,
    { do: "wait", ms: 100 },
    { do: "log", text: `Removed volume '${id}'` },
  ]);
};

const copy = (call: Call): unknown => {
  const { storage, volume } = needVolume(call);
  const target = call.need("target");
  const name = target.includes(":") ? target : `${storage.id}:${target}`;
  const backing = backingOf(call, storage);
  if (backing.volumes[name] !== undefined) fail(`volume '${name}' already exists`);
  backing.volumes[name] = { ...volume, volid: name };
  charge(call, backing, volume.used);
  return startWorker(call, "imgcopy", "", [{ do: "wait", ms: 500 }]);
};

const extractConfig = (call: Call): unknown => {
  const id = call.need("volume");
  const storage =
    call.world.storages[id.slice(0, id.indexOf(":"))] ??
    fail(`storage '${id.slice(0, id.indexOf(":"))}' does not exist`);
  if (!call.rights.isRoot) {
    needVolumeAccess(call, undefined, id);
    const owner = readVolid(call, id)?.owner;
    if (owner !== undefined) call.rights.need(`/vms/${owner}`, "VM.Backup");
  }
  const volume = backingOf(call, storage).volumes[id];
  const archive = volume?.archive ?? fail(`volume '${id}' does not exist`);
  return Object.keys(archive.config)
    .toSorted()
    .map((key) => `${key}: ${archive.config[key]}\n`)
    .join("");
};

const index = (call: Call): unknown => {
  const release = call.world.release === "9.2" ? ["identity", "oci-registry-pull"] : [];
  return splitList(
    `content download-url file-restore import-metadata ${release.join(" ")} prunebackups rrd rrddata status upload`,
  ).map((subdir) => ({ subdir }));
};

const base = "/nodes/{node}/storage/{storage}";

export const storageContent: Handlers = {
  "GET /nodes/{node}/storage": list,
  [`GET ${base}`]: index,
  [`GET ${base}/status`]: status,
  [`GET ${base}/content`]: content,
  [`POST ${base}/content`]: allocate,
  [`GET ${base}/content/{volume}`]: attributes,
  [`PUT ${base}/content/{volume}`]: setAttributes,
  [`POST ${base}/content/{volume}`]: copy,
  [`DELETE ${base}/content/{volume}`]: remove,
  [`POST ${base}/upload`]: upload,
  [`POST ${base}/download-url`]: download,
  [`GET ${base}/prunebackups`]: (call) => pruneList(call).rows,
  [`DELETE ${base}/prunebackups`]: prune,
  "GET /nodes/{node}/vzdump/extractconfig": extractConfig,
};
