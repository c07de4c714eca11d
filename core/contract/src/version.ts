/** The two releases whose API contract is pinned: the last of PVE 8 and the current PVE 9. */
export type PveVersion = "8.4" | "9.2";

/** Both pinned releases, older first. */
export const pveVersions: readonly PveVersion[] = ["8.4", "9.2"];

/** The pinned contract that fits a release as a node states it (`9.1.1`, `8.4`); undefined for any other major. */
export const pveVersionOf = (release: string): PveVersion | undefined => {
  const major = /^(\d+)(\.|$)/.exec(release)?.[1];
  return pveVersions.find((version) => version.split(".")[0] === major);
};
