import { type Backing, drawHex, type Storage, type Volume } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { startWorker } from "../start.ts";
import { volumePath } from "../volume-path.ts";
import { contentOf } from "./storage-config.ts";
import { backingOf, charge, storageOf } from "./storage-of-call.ts";

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

export const upload = (call: Call): unknown => {
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
export const download = (call: Call): unknown => {
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
