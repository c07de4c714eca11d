import type { Membership, Release } from "@orrery/state";
import { given, isSet, needText, numberOf, rowOf, rowsOf, textOf } from "./answers.ts";
import type { Reader } from "./reader.ts";

export const readRelease = async (reader: Reader): Promise<Release> => {
  const row = rowOf(await reader.ask("/version"));
  return {
    version: needText(row, "version"),
    release: textOf(row, "release") ?? "",
    repoid: textOf(row, "repoid") ?? "",
  };
};

export const readMembership = async (reader: Reader): Promise<Membership> => {
  const rows = rowsOf(await reader.ask("/cluster/status"));
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
