import { type Backing, drawHex, type Storage, type Volume } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { sizeBytes } from "../figures.ts";
import { fail, refuseParameters } from "../problem.ts";
import { type PruneOptions, pruneMarks } from "../prune.ts";
import { startWorker } from "../start.ts";
import { isShared, mountOf, storagesOn } from "../storage-mounts.ts";
import { splitList } from "../validation/word-list.ts";
import { contentOfName, storagePath, volumeName, volumePath } from "../volume-path.ts";
import { contentOf } from "./storage-config.ts";
import { parsedProperties } from "./values.ts";
import { needVolumeAccess, readVolid } from "./volume-access.ts";

const enabled = (storage: Storage): boolean => `${storage.options.disable ?? 0}` !== "1";

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

const mayUse = (call: Call, id: string): boolean =>
  call.rights.hasAny(`/storage/${id}`, "Datastore.Audit", "Datastore.AllocateSpace");

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

const storageOf = (call: Call): Storage => {
  const id = call.need("storage");
  return call.world.storages[id] ?? fail(`storage '${id}' does not exist`);
};

const status = (call: Call): unknown => {
  const storage = call.world.storages[call.need("storage")] ?? refuseParameters({ storage: "No such storage." });
  return statusRow(call, storage);
};

const backingOf = (call: Call, storage: Storage, node = call.node): Backing => {
  if (!enabled(storage)) fail(`storage '${storage.id}' is disabled`);
  if (!storagesOn(call.world, node).includes(storage))
    fail(`storage '${storage.id}' is not available on node '${node}'`);
  return mountOf(call.world, storage.id, node) ?? fail(`storage '${storage.id}' is not online`);
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

/** A user sees a guest's volumes with rights on the guest, backups with the right to back it up, the rest with the storage. */
const maySee = (call: Call, volume: Volume): boolean => {
  if (call.rights.has(`/storage/${volume.storage}`, "Datastore.Allocate")) return true;
  if (volume.vmid === undefined) return mayUse(call, volume.storage);
  const needed = volume.content === "backup" ? "VM.Backup" : "VM.Config.Disk";
  return call.rights.has(`/vms/${volume.vmid}`, needed);
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

const charge = (call: Call, backing: Backing, bytes: number): void => {
  backing.used += bytes;
  backing.history.push([call.world.now, backing.used]);
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

const volid = (call: Call): string => {
  const given = call.need("volume");
  return given.includes(":") ? given : `${call.need("storage")}:${given}`;
};

const findVolume = (call: Call): { storage: Storage; backing: Backing; volume: Volume | undefined } => {
  const storage = storageOf(call);
  const backing = backingOf(call, storage);
  return { storage, backing, volume: backing.volumes[volid(call)] };
};

const needVolume = (call: Call): { storage: Storage; volume: Volume } => {
  const { storage, volume } = findVolume(call);
  if (!call.rights.isRoot) needVolumeAccess(call, undefined, volid(call));
  if (volume === undefined) return fail(`volume '${volid(call)}' does not exist`);
  return { storage, volume };
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

/** The type of content by the volume's name, where there is no such volume. */
const needName = (storage: Storage, id: string): void => {
  const name = volumeName(id);
  if (contentOfName(name) === undefined)
    fail(`unable to parse ${storage.type === "dir" ? "directory " : ""}volume name '${name}'`);
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

const endings: Readonly<Record<string, RegExp>> = {
  iso: /\.(?:iso|img)$/i,
  vztmpl: /\.tar(?:\.(?:gz|xz|zst|bz2))?$/i,
  import: /\.(?:ova|ovf|qcow2|raw|vmdk)$/i,
};

const formatByName = (kind: string, name: string): string => {
  if (kind === "iso") return "iso";
  if (kind === "vztmpl")
    return name.endsWith(".tar.gz")
      ? "tgz"
      : name.endsWith(".tar.xz")
        ? "txz"
        : name.endsWith(".tar.zst")
          ? "tzst"
          : "tar";
  return /\.(\w+)$/.exec(name)?.[1] ?? "raw";
};

const cleanName = (name: string): string => (name.split(/[\\/]/).at(-1) ?? "").replaceAll(/[^-a-zA-Z0-9_.+]/g, "_");

const needTarget = (call: Call): { storage: Storage; backing: Backing; kind: Volume["content"]; name: string } => {
  const storage = storageOf(call);
  const kind = call.need("content");
  const name = cleanName(call.need("filename"));
  if (endings[kind]?.test(name) !== true) refuseParameters({ filename: "wrong file extension" });
  // An upload is answered by the node that was asked, which copies the file to the one in the path.
  const backing = backingOf(call, storage, call.need("node"));
  if (kind !== "iso" && kind !== "vztmpl" && kind !== "import")
    return refuseParameters({ content: `upload content type '${kind}' not allowed` });
  if (!contentOf(storage).includes(kind)) fail(`storage '${storage.id}' is not configured for content-type '${kind}'`);
  return { storage, backing, kind, name };
};

const upload = (call: Call): unknown => {
  const { storage, backing, kind, name } = needTarget(call);
  const size = call.uploadBytes;
  const id = `${storage.id}:${kind}/${name}`;
  const path = volumePath(storage, kind, id);
  const temporary = `/var/tmp/pveupload-${drawHex(call.world.random, 32)}`;
  backing.volumes[id] = {
    volid: id,
    storage: storage.id,
    content: kind,
    format: formatByName(kind, name),
    size,
    used: size,
    ctime: call.world.now,
    protected: false,
  };
  charge(call, backing, size);
  return startWorker(call, "imgcopy", "", [
    { do: "log", text: `starting file import from: ${temporary}` },
    { do: "log", text: `target node: ${call.need("node")}` },
    { do: "log", text: `target file: ${path}` },
    { do: "log", text: `file size is: ${size}` },
    { do: "log", text: `command: cp -- ${temporary} ${path}` },
    { do: "wait", ms: 300 },
    { do: "log", text: "finished file import successfully" },
  ]);
};

/** The twin has no way out to the internet: what is to be fetched is refused where it would be. */
const download = (call: Call): unknown => {
  const { storage, kind, name } = needTarget(call);
  const url = call.need("url");
  const [, scheme = "http", host = "", port] = /^(https?):\/\/([^/:]+)(?::(\d+))?/.exec(url) ?? [];
  const at = `${host}:${port ?? (scheme === "https" ? 443 : 80)}`;
  return startWorker(call, "download", name, [
    { do: "log", text: `downloading ${url} to ${volumePath(storage, kind, `${storage.id}:${kind}/${name}`)}` },
    { do: "wait", ms: 400 },
    { do: "log", text: `--${new Date(call.world.now).toISOString().slice(0, 19).replace("T", " ")}--  ${url}` },
    { do: "fail", message: `download failed: Connecting to ${at}... failed: Connection refused.` },
  ]);
};

const pruneOptions = (call: Call, storage: Storage): PruneOptions => {
  const text = call.text("prune-backups") ?? storage.options["prune-backups"];
  if (text === undefined) return fail(`no prune-backups options configured for storage '${storage.id}'`);
  return Object.fromEntries(
    Object.entries(parsedProperties("prune-backups", String(text))).map(([key, value]) => [key, Number(value)]),
  );
};

const pruneList = (call: Call): { backing: Backing; rows: Record<string, unknown>[] } => {
  const storage = storageOf(call);
  const options = pruneOptions(call, storage);
  const backing = backingOf(call, storage);
  const vmid = call.number("vmid");
  const type = call.text("type");
  const groups = new Map<string, Volume[]>();
  for (const volume of Object.values(backing.volumes)) {
    if (volume.storage !== storage.id || volume.content !== "backup" || !maySee(call, volume)) continue;
    if (vmid !== undefined && volume.vmid !== vmid) continue;
    if (type !== undefined && volume.archive?.kind !== type) continue;
    const key = `${volume.archive?.kind}/${volume.vmid}`;
    groups.set(key, [...(groups.get(key) ?? []), volume]);
  }
  const rows = [...groups.values()].flatMap((volumes) => {
    const marks = pruneMarks(
      volumes.map((one) => ({ volid: one.volid, ctime: Math.floor(one.ctime / 1000), protected: one.protected })),
      options,
    );
    return volumes.map((one) => ({
      volid: one.volid,
      vmid: one.vmid,
      type: one.archive?.kind ?? "unknown",
      ctime: Math.floor(one.ctime / 1000),
      mark: marks.get(one.volid) ?? "keep",
    }));
  });
  return { backing, rows };
};

const prune = (call: Call): unknown => {
  const { backing, rows } = pruneList(call);
  const gone = rows.filter((row) => row.mark === "remove").map((row) => String(row.volid));
  for (const id of gone) {
    const volume = backing.volumes[id];
    delete backing.volumes[id];
    if (volume !== undefined) charge(call, backing, -volume.used);
  }
  const storage = call.need("storage");
  return startWorker(call, "prunebackups", storage, [
    ...gone.map((id) => ({ do: "log", text: `Removing backup '${id}'` }) as const),
    { do: "wait", ms: 200 },
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
