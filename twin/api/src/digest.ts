import { type Config, type Dict, type Section, sectionDigest, sha1 } from "@orrery/twin-world";
import { fail } from "./problem.ts";

/** The digest of a file of `key: value` lines. */
export const configDigest = (config: Config): string =>
  sha1(
    Object.keys(config)
      .toSorted()
      .map((key) => `${key}: ${config[key]}\n`)
      .join(""),
  );

/** Refuses a write that was made against an older state of the file. */
export const needDigest = (given: string | undefined, now: string): void => {
  if (given !== undefined && given !== now)
    fail("detected modified configuration - file changed by other user? Try again.");
};

export const needSectionDigest = (given: string | undefined, sections: Dict<Section>): void =>
  needDigest(given, given === undefined ? "" : sectionDigest(sections));
