import { z } from "zod";
import { localName, nodeName, text } from "./names.ts";

const ids = (what: string) =>
  z.string().regex(/^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$/, `expected ${what} such as "10de:2484"`);

/** The same device on several nodes under one name, so that a guest may have whichever is there. By Proxmox's names. */
export const pciMapping = z.strictObject({
  description: text.optional(),
  /** Mediated devices: many guests share one. */
  mdev: z.boolean().optional(),
  "live-migration-capable": z.boolean().optional(),
  map: z
    .array(
      z.strictObject({
        node: nodeName,
        /** `0000:01:00.0`; several functions of one device with semicolons between them. */
        path: text,
        /** Vendor and device. */
        id: ids("a vendor and device"),
        "subsystem-id": ids("a subsystem's vendor and device").optional(),
        iommugroup: z.number().int().min(0).optional(),
        description: text.optional(),
      }),
    )
    .min(1),
});

export const usbMapping = z.strictObject({
  description: text.optional(),
  map: z
    .array(
      z.strictObject({
        node: nodeName,
        id: ids("a vendor and device"),
        /** `1-2.3`: the port, where it matters which of several alike. */
        path: text.optional(),
        description: text.optional(),
      }),
    )
    .min(1),
});

export const dirMapping = z.strictObject({
  description: text.optional(),
  map: z.array(z.strictObject({ node: nodeName, path: text })).min(1),
});

/** Hardware and directories of nodes that guests are given by a name of the whole cluster. */
export const mappings = z.strictObject({
  pci: z.record(localName, pciMapping).default({}),
  usb: z.record(localName, usbMapping).default({}),
  dir: z.record(localName, dirMapping).default({}),
});
export type Mappings = z.output<typeof mappings>;
