import { type ClusterSections, type Kept, keptValue, type Monitored, type Row } from "@orrery/state";
import type { Metrics } from "@orrery/telemetry";
import { isSet, numberOf, textOf } from "../answers.ts";
import * as pve from "./pve-families.ts";

const qdeviceKeys = ["Model", "Algorithm", "QNetd host", "Tie-breaker", "State"];

const nameOf = (membership: readonly Row[]): string => {
  const first = membership.find((row) => row.type === "cluster") ?? membership[0];
  return first === undefined ? "" : (textOf(first, "name") ?? "");
};

/** `cluster/<name>`; of a node that stands alone the name is the node's. */
export const clusterId = (membership: readonly Row[]): string => `cluster/${nameOf(membership)}`;

const membershipMetrics = (page: Metrics, membership: readonly Row[]): void => {
  const [up, nodes, clusters] = [page.of(pve.up), page.of(pve.nodeInfo), page.of(pve.clusterInfo)];
  for (const row of membership) {
    const text = (key: string): string => textOf(row, key) ?? "";
    if (row.type === "cluster") {
      up.set([clusterId(membership)], isSet(row, "quorate") ? 1 : 0);
      clusters.set([clusterId(membership), text("nodes"), text("quorate"), text("version")], 1);
    } else if (row.type === "node") {
      up.set([text("id")], isSet(row, "online") ? 1 : 0);
      nodes.set([text("id"), text("level"), text("name"), text("nodeid")], 1);
    }
  }
};

const uncoveredMetrics = (page: Metrics, id: string, uncovered: readonly Row[]): void => {
  page.of(pve.notBackedUpTotal).set([id], uncovered.length);
  const info = page.of(pve.notBackedUpInfo);
  for (const row of uncovered) info.set([`${textOf(row, "type")}/${numberOf(row, "vmid")}`], 1);
};

const qdeviceMetrics = (page: Metrics, id: string, qdevice: Row): void => {
  if (Object.keys(qdevice).length === 0) return;
  page.of(pve.qdeviceUp).set([id], qdevice.State === "Connected" ? 1 : 0);
  page.of(pve.qdeviceInfo).set([id, ...qdeviceKeys.map((key) => textOf(qdevice, key) ?? "")], 1);
};

/** What is known of the cluster as a whole, by the names of prometheus-pve-exporter. */
export const clusterMetrics = (page: Metrics, { cluster }: Monitored): void => {
  const known = <T>(kept: Kept<T>, measure: (value: T) => void): void => {
    const value = keptValue(kept);
    if (value !== undefined) measure(value);
  };
  const membership: ClusterSections["membership"] = keptValue(cluster.membership) ?? [];
  membershipMetrics(page, membership);
  known(cluster.release, (release) =>
    page.of(pve.versionInfo).set(
      pve.versionInfo.labels.map((key) => textOf(release, key) ?? ""),
      1,
    ),
  );
  if (membership.length === 0) return;
  const id = clusterId(membership);
  known(cluster.uncovered, (uncovered) => uncoveredMetrics(page, id, uncovered));
  known(cluster.qdevice, (qdevice) => {
    if (membership.some((row) => row.type === "cluster")) qdeviceMetrics(page, id, qdevice);
  });
};
