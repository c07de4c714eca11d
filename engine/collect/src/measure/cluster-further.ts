import { keptValue, type Monitored, type Row, type TaskState, type Voter } from "@orrery/state";
import type { Metrics } from "@orrery/telemetry";
import { isSet, textOf } from "../answers.ts";
import { outcomeOf } from "../monitor/task-ends.ts";
import { clusterId } from "./cluster-metrics.ts";
import * as all from "./further-families.ts";

/**
 * Votes of a quorum device: one by the fifty-fifty algorithm, as many as make up for all other members but one by the
 * last-man-standing one (`corosync-qdevice(8)`). Undefined of one that says neither.
 */
const deviceVotes = (qdevice: Row, members: number): number | undefined => {
  if (Object.keys(qdevice).length === 0) return 0;
  const algorithm = (textOf(qdevice, "Algorithm") ?? "").toLowerCase();
  if (/fifty|ffsplit/.test(algorithm)) return 1;
  return /last|lms/.test(algorithm) ? members - 1 : undefined;
};

const quorumMetrics = (
  page: Metrics,
  id: string,
  membership: readonly Row[],
  votes: readonly Voter[],
  qdevice: Row,
): void => {
  const online = new Set(
    membership.filter((row) => row.type === "node" && isSet(row, "online")).map((row) => textOf(row, "name")),
  );
  const device = deviceVotes(qdevice, votes.length);
  if (device === undefined || votes.length === 0) return;
  const expected = votes.reduce((sum, voter) => sum + voter.votes, device);
  const there = votes.filter(({ name }) => online.has(name)).reduce((sum, voter) => sum + voter.votes, 0);
  const present = there + (qdevice.State === "Connected" ? device : 0);
  page.of(all.votesExpected).set([id], expected);
  page.of(all.votesPresent).set([id], present);
  page.of(all.quorumMargin).set([id], present - (Math.floor(expected / 2) + 1));
};

const taskMetrics = (page: Metrics, tasks: readonly TaskState[], ends: Monitored["taskEnds"]): void => {
  const running = new Map<string, number>();
  for (const { node, type, end } of tasks)
    if (end === undefined)
      running.set(`node/${node}\u0000${type}`, (running.get(`node/${node}\u0000${type}`) ?? 0) + 1);
  for (const [key, count] of running) page.of(all.tasksRunning).set(key.split("\u0000"), count);
  const ended = new Map<string, number>();
  for (const { node, type, end } of tasks) {
    if (end === undefined) continue;
    const key = `node/${node}\u0000${type}\u0000${outcomeOf(end.status)}`;
    ended.set(key, Math.max(ended.get(key) ?? 0, end.at));
  }
  for (const [key, at] of ended) page.of(all.tasksLastEnd).set(key.split("\u0000"), at);
  for (const { node, type, outcome, count } of ends)
    page.of(all.tasksEnded).set([`node/${node}`, type, outcome], count);
};

/** What prometheus-pve-exporter does not tell of the cluster, as far as it is known. */
export const clusterFurther = (page: Metrics, { cluster, taskEnds }: Monitored): void => {
  taskMetrics(page, keptValue(cluster.tasks) ?? [], taskEnds);
  const membership = keptValue(cluster.membership);
  if (membership?.some((row) => row.type === "cluster") !== true) return;
  const id = clusterId(membership);
  const [votes, qdevice] = [keptValue(cluster.votes), keptValue(cluster.qdevice)];
  if (votes !== undefined && qdevice !== undefined) quorumMetrics(page, id, membership, votes, qdevice);
  const quorum = keptValue(cluster.haStatus)?.find((row) => row.type === "quorum");
  if (quorum !== undefined)
    page.of(all.haQuorate).set([id], isSet(quorum, "quorate") || quorum.status === "OK" ? 1 : 0);
  const resources = keptValue(cluster.resources);
  if (resources !== undefined)
    page.of(all.haErrors).set([id], resources.filter((row) => row.type !== "node" && row.hastate === "error").length);
};
