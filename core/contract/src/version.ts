/** The two releases whose API contract is pinned: the last of PVE 8 and the current PVE 9. */
export type PveVersion = "8.4" | "9.2";

/** Both pinned releases, older first. */
export const pveVersions: readonly PveVersion[] = ["8.4", "9.2"];
