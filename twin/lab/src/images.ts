import { addVolume, backingOf, type Volume } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { assumed, defaults } from "./defaults.ts";

const contents: Readonly<Record<string, Pick<Volume, "content" | "format">>> = {
  iso: { content: "iso", format: "iso" },
  vztmpl: { content: "vztmpl", format: "tzst" },
  import: { content: "import", format: "qcow2" },
  snippets: { content: "snippets", format: "snippet" },
};

/** Files that guests and templates are declared to be made from or to have in a drive: `local:iso/debian-13.iso`. */
const namedIn = ({ inventory: { lab } }: Building): Set<string> => {
  const all = [...lab.guests.items, ...(lab.templates?.items ?? [])];
  const named = all.flatMap(({ drives, image, disks, cloudInit }) => [
    ...(drives ?? []).map(({ file }) => file),
    image?.volume,
    ...(disks ?? []).map(({ from }) => from),
    ...Object.values(cloudInit?.custom ?? {}),
  ]);
  const images = (lab.templates?.items ?? []).map(({ from }) => from);
  return new Set([...named, ...images].filter((file) => file !== undefined));
};

/** Puts the images on their storages that the declaration names: nobody could make a guest of them otherwise. */
export const buildImages = (building: Building): void => {
  const { world, ledger } = building;
  for (const volid of namedIn(building)) {
    const [, storage = "", kind = "", name = ""] = /^([^:/]+):([a-z]+)\/(.+)$/.exec(volid) ?? [];
    const form = Object.hasOwn(contents, kind) ? contents[kind] : undefined;
    if (form === undefined || name === "") continue;
    const size = assumed(ledger, "size of an image", defaults.imageSize, volid);
    const backings = Object.keys(world.nodes).map((node) => backingOf(world, node, storage));
    if (backings.every((backing) => backing === undefined))
      ledger.leaveOut("image", `no node has the storage "${storage}"`, volid);
    for (const backing of new Set(backings)) {
      if (backing === undefined || backing.volumes[volid] !== undefined) continue;
      const ctime = world.now - 100 * 86_400_000;
      addVolume(world, backing, { volid, storage, ...form, size, used: size, ctime, protected: false });
    }
  }
};
