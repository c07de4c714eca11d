import { parsePveSize } from "@orrery/contract";
import type { Config, GuestKind } from "@orrery/state";
import { isOn, propertiesOf } from "./property.ts";

/** One volume that a guest's configuration names. */
export interface Volume {
  /** `scsi0`, `rootfs`, `unused1`. */
  readonly key: string;
  readonly storage: string;
  /** Bytes provisioned; absent where the configuration does not say. */
  readonly bytes?: number;
  /** A medium in a drive, which cannot be copied. */
  readonly medium: boolean;
  /** The image of cloud-init: made anew where its guest starts. */
  readonly made: boolean;
}

/** Something of its node that a guest has mounted, or in its drive. */
export interface Mounted {
  readonly key: string;
  readonly what: string;
}

const drives: Record<GuestKind, RegExp> = {
  qemu: /^(?:scsi|virtio|ide|sata|efidisk|tpmstate|unused)\d+$/,
  lxc: /^(?:rootfs|mp\d+|unused\d+)$/,
};

/** The volumes of a guest, and what it has of its node that is no volume. */
export const volumesOf = (kind: GuestKind, config: Config): { volumes: Volume[]; mounted: Mounted[] } => {
  const volumes: Volume[] = [];
  const mounted: Mounted[] = [];
  for (const key of Object.keys(config).sort()) {
    if (!drives[kind].test(key)) continue;
    const properties = propertiesOf(config[key]);
    const volid = properties.get("") ?? properties.get("file") ?? properties.get("volume") ?? "";
    const isDrive = properties.get("media") === "cdrom";
    if (volid === "none" || volid === "") continue;
    if (isDrive && volid === "cdrom") {
      mounted.push({ key, what: "the drive of its node" });
      continue;
    }
    const colon = volid.indexOf(":");
    if (volid.startsWith("/") || colon < 1) {
      if (!isOn(properties.get("shared") ?? 0)) mounted.push({ key, what: volid });
      continue;
    }
    const bytes = parsePveSize(properties.get("size") ?? "");
    const made = isDrive && /cloudinit/.test(volid);
    volumes.push({
      key,
      storage: volid.slice(0, colon),
      ...(bytes === undefined ? {} : { bytes }),
      medium: isDrive && !made,
      made,
    });
  }
  return { volumes, mounted };
};
