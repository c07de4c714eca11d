import { keptValue, type Monitored, type Row } from "@orrery/state";
import { LabelSet, type Metrics } from "@orrery/telemetry";
import { numberOf, textOf } from "../answers.ts";
import * as pve from "./pve-families.ts";

const subscriptionMetrics = (page: Metrics, id: string, subscription: Row): void => {
  const status = textOf(subscription, "status") ?? "unknown";
  page.of(pve.subscriptionInfo).set([id, textOf(subscription, "level") ?? "unknown"], 1);
  const states = page.of(pve.subscriptionStatus);
  for (const one of pve.subscriptionStates) states.set([id, one], one === status ? 1 : 0);
  const due = Date.parse(`${textOf(subscription, "nextduedate")}T00:00:00Z`);
  if (!Number.isNaN(due)) page.of(pve.subscriptionDue).set([id], due / 1000);
};

const replicationMetrics = (page: Metrics, jobs: readonly Row[]): void => {
  const info = page.of(pve.replicationInfo);
  for (const job of jobs) {
    const text = (key: string): string => textOf(job, key) ?? "";
    const source = `node/${text("source")}`;
    info.set([text("id"), text("type"), source, `node/${text("target")}`, `${text("vmtype")}/${text("guest")}`], 1);
    const label = new LabelSet(["id"], [text("id")]);
    for (const [key, family] of pve.replicationFields) page.of(family).add(label, numberOf(job, key));
  }
};

/** What is known node by node, of all nodes, by the names of prometheus-pve-exporter. */
export const nodeMetrics = (page: Metrics, { nodes, guests, cluster }: Monitored): void => {
  for (const [name, sections] of Object.entries(nodes)) {
    const subscription = keptValue(sections.subscription);
    if (subscription !== undefined) subscriptionMetrics(page, `node/${name}`, subscription);
    replicationMetrics(page, keptValue(sections.replication) ?? []);
  }
  const onboot = page.of(pve.onbootStatus);
  for (const row of keptValue(cluster.resources) ?? []) {
    if (row.type !== "qemu" && row.type !== "lxc") continue;
    const config = keptValue(guests[textOf(row, "vmid") ?? ""])?.file.config;
    const set = config === undefined ? undefined : numberOf(config, "onboot");
    if (set !== undefined) onboot.set([textOf(row, "id") ?? "", textOf(row, "node") ?? "", row.type], set);
  }
};
