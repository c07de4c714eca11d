import type { AlertRule } from "../alert-rule.ts";
import { aggregate, ago, calculate, either, except, growth, now, where } from "../expression/expression.ts";
import {
  aboutBackups,
  day,
  everyGuest,
  example,
  exampleNode,
  generally,
  hour,
  infoOf,
  longExample,
  type Making,
  minute,
  ofGuest,
  ofNode,
  type RuleMaker,
  recoveryFrom,
  responseTo,
  select,
  series,
} from "./making.ts";

/** Votes that the whole cluster can lose before quorum is lost, by the declaration. */
const wholeMargin = ({ lab }: Making): number => {
  const nodes = Object.values(lab.cluster.nodes).reduce((sum, { votes }) => sum + votes, 0);
  const votes = nodes + (lab.cluster.qdevice?.votes ?? 0);
  return votes - (Math.floor(votes / 2) + 1);
};

const quorum: RuleMaker = (making) => {
  const { name, qdevice } = making.lab.cluster;
  const id = `cluster/${name}`;
  const response = responseTo(making, "quorum");
  const declared = making.lab.monitoring.thresholds.some(({ subject }) => subject === "quorum");
  const info = (quorate: string) => series("pve_cluster_info", { id, quorate, nodes: "3", version: "3" }, [1, 5]);
  const lost: AlertRule = {
    name: "QuorumLost",
    severity: "critical",
    scope: "cluster",
    expression: where(select("pve_cluster_info", "quorate=0"), "==", 1),
    for: 0,
    summary: "The cluster has lost quorum",
    description:
      "The node that answers is with the minority: nothing can be changed, and HA restarts nothing there. Where the majority is, it goes on.",
    response,
    because: declared
      ? "The declaration's threshold of quorum: critical when it is lost."
      : "Nothing is declared: without quorum nothing can be done.",
    examples: [
      example("a node of the minority", minute, [info("0")], [{ id, quorate: "0", nodes: "3", version: "3" }]),
      example("a quorate cluster", minute, [info("1")]),
    ],
  };
  const margin: AlertRule = {
    name: "QuorumMarginGone",
    severity: "warning",
    scope: "cluster",
    expression: where(select("pve_cluster_quorum_margin_votes"), "==", 0),
    for: minute,
    expectedInWindow: true,
    summary: "One vote more, and the cluster has no quorum",
    description: "As many votes are missing as can be.",
    response,
    because: `With all there, ${wholeMargin(making)} votes can be lost.`,
    examples: [
      example("no vote to spare", minute, [series("pve_cluster_quorum_margin_votes", { id }, [0, 5])], [{ id }]),
      example("votes to spare", minute, [series("pve_cluster_quorum_margin_votes", { id }, [1, 5])]),
    ],
  };
  const device: AlertRule = {
    name: "QDeviceDown",
    severity: "warning",
    scope: "cluster",
    expression: where(select("pve_qdevice_up"), "==", 0),
    for: 5 * minute,
    summary: "The quorum device is not connected",
    description: "Its votes are missing.",
    response,
    because: "The declaration has a quorum device.",
    examples: [
      example("a device that is gone", 6 * minute, [series("pve_qdevice_up", { id }, [0, 10])], [{ id }]),
      example("a connected one", 6 * minute, [series("pve_qdevice_up", { id }, [1, 10])]),
    ],
  };
  return [lost, ...(wholeMargin(making) > 0 ? [margin] : []), ...(qdevice === undefined ? [] : [device])];
};

const highAvailability: RuleMaker = (making) => {
  const node = exampleNode(making);
  const guest = { id: "qemu/100", name: "guest" };
  const state = (value: number) => series("pve_ha_state", { id: guest.id, state: "error" }, [value, 5]);
  return [
    {
      name: "HaError",
      severity: "critical",
      scope: "guest",
      expression: ofGuest(where(select("pve_ha_state", "id!~node/.+", "state=error"), "==", 1), everyGuest),
      for: 0,
      summary: "HA gave up on {name}",
      description: "Nobody starts it any more until somebody disables its HA resource, mends it and enables it again.",
      response: recoveryFrom(making, "guest"),
      because: "Nothing is declared: HA itself calls it an error.",
      examples: [
        example(
          "a guest that HA gave up on",
          minute,
          [state(1), infoOf(guest, node, 5)],
          [{ ...guest, node, state: "error" }],
        ),
        example("one that it did not", minute, [state(0), infoOf(guest, node, 5)]),
      ],
    },
  ];
};

/** Tasks that failed within the last hour; also where the first that was ever counted did. */
const failed = () => {
  const ended = select("pve_tasks_ended_total", "type!=vzdump", "outcome=failed");
  return either(where(growth("span", hour, ended), ">", 0), where(except(ended, ago(ended, hour)), ">", 0));
};

/** When a backup last ended so on each node. */
const backupEnded = (outcome: "outcome=failed" | "outcome=~ok|warnings") =>
  aggregate("max", ["id"], select("pve_tasks_last_end_timestamp_seconds", "type=vzdump", outcome));

const tasks: RuleMaker = (making) => {
  const node = exampleNode(making);
  const id = `node/${node}`;
  const ended = (type: string, ...runs: [number, number][]) =>
    series("pve_tasks_ended_total", { id, type, outcome: "failed" }, ...runs);
  const last = (outcome: string, ...runs: [number, number][]) =>
    series("pve_tasks_last_end_timestamp_seconds", { id, type: "vzdump", outcome }, ...runs);
  const told = (type: string) => [{ id, node, type, outcome: "failed" }];
  const again = "It is told of until an hour has passed without another.";
  const failure = backupEnded("outcome=failed");
  return [
    {
      name: "BackupFailed",
      severity: "warning",
      scope: "node",
      expression: ofNode(
        except(where(calculate(now, "-", failure), "<", day), where(backupEnded("outcome=~ok|warnings"), ">", failure)),
      ),
      for: 0,
      summary: "The last backup on {node} failed",
      description:
        "The task log of the node says which and why. It is told of until one goes well there, for a day at the most.",
      response: aboutBackups(making),
      because: "Nothing is declared: a job that fails leaves guests without a new copy.",
      examples: [
        longExample(
          "one that failed",
          70 * minute,
          [last("ok", [600, 20]), last("failed", [3_600, 20])],
          [{ id, node }],
        ),
        longExample("the first of all failed", 70 * minute, [last("failed", [3_600, 20])], [{ id, node }]),
        longExample("one went well since", 70 * minute, [last("failed", [600, 20]), last("ok", [3_600, 20])]),
        longExample("one that failed long ago", 25 * hour, [last("failed", [600, 160])]),
      ],
    },
    {
      name: "TaskFailed",
      severity: "info",
      scope: "node",
      expression: ofNode(failed()),
      for: 0,
      summary: "A task of the type {type} failed on {node}",
      description: `The task log of the node says why. ${again}`,
      response: generally(making),
      because: "Nothing is declared.",
      examples: [
        longExample("a migration failed", 70 * minute, [ended("qmigrate", [0, 6], [1, 2])], told("qmigrate")),
        longExample("the first that was counted failed", 10 * minute, [ended("qmigrate", [1, 2])], told("qmigrate")),
        longExample("failures of long ago", 190 * minute, [ended("qmigrate", [0, 6], [2, 20])]),
        longExample("the counter began anew", 100 * minute, [ended("qmigrate", [5, 9], [0, 6])]),
        longExample("a backup did", 70 * minute, [ended("vzdump", [0, 6], [1, 2])]),
      ],
    },
  ];
};

/** What every guest of the lab is under: quorum, HA, tasks. */
export const clusterRules: RuleMaker = (making) => [...quorum(making), ...highAvailability(making), ...tasks(making)];
