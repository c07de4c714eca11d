import { sha1 } from "@orrery/contract";
import type { Dict } from "./dict.ts";

export { type GuestFile, guestDigest, renderGuestFile } from "@orrery/contract";

/** A configuration as Proxmox keeps it in the file: key to text or number, property strings unparsed. */
export type Config = Dict<string | number>;

/** One section of a section-config file (storage.cfg, jobs.cfg, resources.cfg …): `type: id` and its options. */
export type Section = { type: string; id: string; options: Config };

/** The digest of a section-config file. */
export const sectionDigest = (sections: Dict<Section>): string =>
  sha1(
    Object.values(sections)
      .map(
        ({ type, id, options }) =>
          `${type}: ${id}\n${Object.keys(options)
            .map((key) => `\t${key} ${options[key]}\n`)
            .join("")}\n`,
      )
      .join(""),
  );
