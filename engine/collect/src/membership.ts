import type { Membership, Release, Row } from "@orrery/state";
import { given, isSet, needText, numberOf, rowOf, rowsOf, textOf } from "./answers.ts";
import type { Reader } from "./reader.ts";

export const readRelease = async (reader: Reader): Promise<Release> => releaseOf(rowOf(await reader.ask("/version")));

export const releaseOf = (row: Row): Release => ({
  version: needText(row, "version"),
  release: textOf(row, "release") ?? "",
  repoid: textOf(row, "repoid") ?? "",
});

export const readMembership = async (reader: Reader): Promise<Membership> =>
  membershipOf(rowsOf(await reader.ask("/cluster/status")));

export const membershipOf = (rows: readonly Row[]): Membership => {
  const cluster = rows.find((row) => row.type === "cluster");
  return {
    ...given(
      "cluster",
      cluster === undefined
        ? undefined
        : {
            name: needText(cluster, "name"),
            version: numberOf(cluster, "version") ?? 0,
            quorate: isSet(cluster, "quorate"),
          },
    ),
    members: rows
      .filter((row) => row.type === "node")
      .map((row) => ({
        name: needText(row, "name"),
        nodeid: numberOf(row, "nodeid") ?? 0,
        online: isSet(row, "online"),
        ...given("address", textOf(row, "ip")),
      })),
  };
};
