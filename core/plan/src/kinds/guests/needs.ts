import type { ObjectRef } from "../../compare/object.ts";
import type { Wanted } from "./wanted.ts";

/** What has to be there before it. */
export const needsOf = (
  wanted: Wanted,
  refTo: (kind: string, id: string) => readonly ObjectRef[],
  templateOf: (name: string) => number | undefined,
): ObjectRef[] => {
  const { spec, properties, node } = wanted;
  const storages = new Set<string>(wanted.disks.map(({ storage }) => storage));
  for (const key of ["efidisk0", "tpmstate0"]) if (typeof properties[key] === "string") storages.add(properties[key]);
  for (const { file } of spec.drives ?? []) if (file?.includes(":")) storages.add(file.slice(0, file.indexOf(":")));
  for (const { from } of spec.disks) if (from?.includes(":") === true) storages.add(from.slice(0, from.indexOf(":")));
  if (spec.image !== undefined) storages.add(spec.image.volume.slice(0, spec.image.volume.indexOf(":")));
  const template = spec.template === undefined ? undefined : templateOf(spec.template);
  return [
    ...(spec.pool === undefined ? [] : refTo("pool", spec.pool)),
    ...[...storages].flatMap((storage) => refTo("storage", storage)),
    ...(spec.nics ?? []).flatMap(({ bridge }) => refTo("sdn vnet", bridge)),
    // A vnet is there once SDN is applied.
    ...(spec.nics === undefined ? [] : refTo("sdn", "cluster")),
    ...(node === undefined || spec.nics === undefined ? [] : refTo("node network", node)),
    ...(template === undefined ? [] : refTo("template", String(template))),
    ...spec.mapped.flatMap(({ slot, mapping }) =>
      refTo(
        slot.startsWith("usb") ? "usb mapping" : slot.startsWith("virtiofs") ? "dir mapping" : "pci mapping",
        mapping,
      ),
    ),
  ];
};
