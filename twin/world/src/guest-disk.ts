import type { Config } from "./config.ts";
import type { GuestKind } from "./guest.ts";
import { propertyOf } from "./guest-config.ts";
import { driveSizeText, parseDriveSize } from "./units.ts";
import { allocate, findVolume, formattingLine } from "./volume.ts";
import type { World } from "./world.ts";

export type MadeDisk = { text: string; lines: string[]; made?: string };

const firstKey: Record<GuestKind, string> = { qemu: "file", lxc: "volume" };

/** `a=1,b=2` as a list, the first value under its own name. */
const parts = (text: string, kind: GuestKind): [string, string][] =>
  text.split(",").map((part, index) => {
    const at = part.indexOf("=");
    return at < 0 ? [index === 0 ? firstKey[kind] : part, part] : [part.slice(0, at), part.slice(at + 1)];
  });

/** The text of a disk: its volume first, its options sorted. */
const diskText = (volid: string, options: Iterable<[string, string]>): string =>
  [
    volid,
    ...[...options].toSorted((one, other) => (one[0] < other[0] ? -1 : 1)).map(([key, value]) => `${key}=${value}`),
  ].join(",");

/** The same disk with its volume, its size or both changed. */
export const withDisk = (kind: GuestKind, text: string, change: { volid?: string; size?: number }): string => {
  const list = parts(text, kind);
  const volid = change.volid ?? list.find(([key]) => key === firstKey[kind])?.[1] ?? "";
  const options = list.filter(([key]) => key !== firstKey[kind] && (key !== "size" || change.size === undefined));
  if (change.size !== undefined) options.push(["size", driveSizeText(change.size)]);
  return diskText(volid, options);
};

const special: Record<string, number> = { efidisk0: 528 * 1024, tpmstate0: 4 * 2 ** 20 };

/** Options of a request that say how to make the image and are not kept. */
const passing = new Set(["format", "import-from"]);

/**
 * Makes what a disk's text asks for: `local:32` is a new image of 32 GiB, `local:cloudinit` a configuration drive,
 * anything else must be there. Answers the text to keep and the lines for the log, or why not.
 */
export const makeDisk = (
  world: World,
  at: { node: string; kind: GuestKind; vmid: number },
  key: string,
  asked: string,
): MadeDisk | { fail: string } => {
  const list = parts(asked, at.kind);
  const first = list.find(([name]) => name === firstKey[at.kind])?.[1] ?? "";
  const options = list.filter(([name]) => name !== firstKey[at.kind] && !passing.has(name));
  const format = propertyOf(asked, "format");
  const content = at.kind === "qemu" ? "images" : "rootdir";
  const sized = /^([^:/\s]+):(\d+(?:\.\d+)?)$/.exec(first);
  if (sized) {
    const [, storage = "", gib = "0"] = sized;
    const from = propertyOf(asked, "import-from");
    const source = from === undefined ? undefined : findVolume(world, at.node, from)?.volume;
    if (from !== undefined && !source) return { fail: `volume '${from}' does not exist` };
    const size = source?.size ?? special[key] ?? Math.ceil(Number(gib) * 2 ** 20) * 1024;
    const made = allocate(world, at.node, content, {
      storage,
      vmid: at.vmid,
      size,
      ...(format === undefined ? {} : { format }),
      ...(source ? { used: source.used } : {}),
    });
    if (typeof made === "string") return { fail: made };
    const text = diskText(made.volid, [...options, ["size", driveSizeText(made.size)]]);
    const done = at.kind === "qemu" ? [`${key}: successfully created disk '${text}'`] : [];
    return { text, lines: [...formattingLine(world, made), ...done], made: made.volid };
  }
  if (/^[^:/\s]+:cloudinit$/.test(first)) {
    const storage = first.slice(0, first.indexOf(":"));
    const made = allocate(world, at.node, content, {
      storage,
      vmid: at.vmid,
      size: 4 * 2 ** 20,
      name: "cloudinit",
      format: format ?? "qcow2",
    });
    if (typeof made === "string") return { fail: made };
    const kept = options.filter(([name]) => name !== "media" && name !== "size");
    const text = diskText(made.volid, [...kept, ["media", "cdrom"], ["size", "4M"]]);
    return {
      text,
      lines: [...formattingLine(world, made), `${key}: successfully created disk '${text}'`],
      made: made.volid,
    };
  }
  if (first.includes(":") && !first.startsWith("/")) {
    const found = findVolume(world, at.node, first);
    if (!found) return { fail: `volume '${first}' does not exist` };
    const kept = options.filter(([name]) => name !== "size");
    return { text: diskText(first, [...kept, ["size", driveSizeText(found.volume.size)]]), lines: [] };
  }
  return { text: diskText(first, options), lines: [] };
};

/** Bytes that a disk's text says it has. */
export const sizeInText = (text: string): number => parseDriveSize(propertyOf(text, "size") ?? "0") ?? 0;

const driveOrder = ["scsi", "virtio", "sata", "ide"];

/** The boot order of a VM for which none was asked: first disk, first CD-ROM, first network card. */
export const defaultBoot = (config: Config): string => {
  const keys = Object.keys(config).toSorted();
  const drives = driveOrder.flatMap((bus) => keys.filter((key) => new RegExp(`^${bus}\\d+$`).test(key)));
  const isCdrom = (key: string) => propertyOf(`${config[key]}`, "media") === "cdrom";
  const disk = drives.find((key) => !isCdrom(key));
  const cdrom = drives.find((key) => isCdrom(key) && !`${config[key]}`.includes("cloudinit"));
  const net = keys.find((key) => /^net\d+$/.test(key));
  const order = [disk, cdrom, net].filter((key) => key !== undefined);
  return order.length > 0 ? `order=${order.join(";")}` : " ";
};
