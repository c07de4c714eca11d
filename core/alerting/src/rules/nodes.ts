import { cadenceDays, formatRatio, known, type Ratio, type Seconds, type Unknown } from "@orrery/model";
import type { AlertRule, AlertSeverity } from "../alert-rule.ts";
import { aggregate, type Condition, calculate, type Expression, either, now, where } from "../expression/expression.ts";
import { promSpan } from "../expression/promql.ts";
import {
  day,
  example,
  exampleNode,
  generally,
  hour,
  minute,
  ofNode,
  type RuleMaker,
  recoveryFrom,
  responseTo,
  select,
  series,
} from "./making.ts";

const nodes = "id=~node/.+";
const grades = ["warning", "critical"] as const;

type Level = { readonly above: Ratio; readonly sustained: Seconds | Unknown };

/** How long is long enough, where the declaration says no span. */
const patience: Record<"node cpu" | "node memory" | "storage", Seconds> = {
  "node cpu": 15 * minute,
  "node memory": 5 * minute,
  storage: 5 * minute,
};

/** The span of a threshold, and what had to be assumed of it. */
export const sustainedFor = (
  level: Level,
  subject: keyof typeof patience,
): { readonly for: Seconds; readonly assumed?: string } => {
  const stated = known(level.sustained);
  if (stated !== undefined) return { for: stated };
  const taken = patience[subject];
  const { why } = level.sustained as Unknown;
  return { for: taken, assumed: `${promSpan(taken)}; ${why}.` };
};

export const thresholdText = (subject: string, severity: AlertSeverity, above: Ratio): string =>
  `The declaration's threshold of ${subject}: ${severity} above ${formatRatio(above)}.`;

const cpu = select("pve_cpu_usage_ratio", nodes);
const memory = calculate(select("pve_memory_usage_bytes", nodes), "/", select("pve_memory_size_bytes", nodes));

const loads = {
  "node cpu": { name: "NodeCpuHigh", what: "CPU", expression: cpu },
  "node memory": { name: "NodeMemoryHigh", what: "memory", expression: memory },
} as const;

const loadSeries = (subject: keyof typeof loads, id: string, value: number, times: number) =>
  subject === "node cpu"
    ? [series("pve_cpu_usage_ratio", { id }, [value, times])]
    : [
        series("pve_memory_usage_bytes", { id }, [value * 1_000_000, times]),
        series("pve_memory_size_bytes", { id }, [1_000_000, times]),
      ];

/** CPU and memory of nodes, by the declared thresholds. */
const nodeLoad: RuleMaker = (making) => {
  const node = exampleNode(making);
  const id = `node/${node}`;
  return making.lab.monitoring.thresholds.flatMap((threshold): AlertRule[] => {
    const { subject } = threshold;
    if (subject !== "node cpu" && subject !== "node memory") return [];
    const { name, what, expression } = loads[subject];
    return grades.map((severity): AlertRule => {
      const level = threshold[severity];
      const sustained = sustainedFor(level, subject);
      const over = (1 + level.above) / 2;
      const times = Math.ceil(sustained.for / minute) + 5;
      const end = Math.ceil(sustained.for / minute) * minute;
      return {
        name,
        severity,
        scope: "node",
        expression: ofNode(where(expression, ">", level.above)),
        ...sustained,
        summary: `{node} uses {value:percent} of its ${what}`,
        description: `More than ${formatRatio(level.above)} for ${promSpan(sustained.for)}.`,
        response: responseTo(making, subject),
        because: thresholdText(subject, severity, level.above),
        examples: [
          example("a node over the threshold for long enough", end, loadSeries(subject, id, over, times), [
            { id, node },
          ]),
          ...(end === 0
            ? []
            : [example("not for long enough yet", end - minute, loadSeries(subject, id, over, times))]),
          example("a node that stands at the threshold", end, loadSeries(subject, id, level.above, times)),
          example("a busy guest on an idle node", end, loadSeries(subject, "qemu/100", over, times)),
        ],
      };
    });
  });
};

const inMaintenance: RuleMaker = (making) => {
  const { maintenance } = making.lab.service.hours;
  if (maintenance.length === 0) return [];
  const node = exampleNode(making);
  const id = `node/${node}`;
  const drained = series("pve_ha_state", { id, state: "maintenance" }, [1, 10]);
  const window = (value: number) =>
    series("orrery_maintenance_window_open", { window: maintenance[0]?.id ?? "" }, [value, 10]);
  const draining = ofNode(where(select("pve_ha_state", nodes, "state=maintenance"), "==", 1));
  return [
    {
      name: "NodeInMaintenance",
      severity: "none",
      scope: "node",
      expression: {
        kind: "set",
        operator: "and",
        left: draining,
        right: where(select("orrery_maintenance_window_open"), "==", 1),
        on: [],
      },
      for: 0,
      // Alerts of a node that comes back go a little later than its maintenance.
      keepFiringFor: 5 * minute,
      summary: "{node} is in maintenance, in a window for it",
      description: "Nobody is told of this. What is on the node is silent for as long.",
      response: {},
      because: `The windows of service.hours.maintenance: ${maintenance.map((one) => one.id).join(", ")}.`,
      examples: [
        example(
          "a node that is drained while a window is open",
          2 * minute,
          [drained, window(1)],
          [{ id, node, state: "maintenance" }],
        ),
        example("a node that is drained outside of all windows", 2 * minute, [drained, window(0)]),
      ],
    },
  ];
};

/** What is not as it should be with a node's parts, software and clock. Thresholds that nobody declares. */
const nodeParts: RuleMaker = (making) => {
  const node = exampleNode(making);
  const id = `node/${node}`;
  const response = generally(making);
  const ends = select("pve_node_certificate_expiry_timestamp_seconds");
  const left = calculate(ends, "-", now);
  const certificate = (severity: "warning" | "critical", least: Seconds): AlertRule => ({
    name: "CertificateExpires",
    severity,
    scope: "node",
    expression: ofNode(where(left, "<", least)),
    for: 0,
    summary: "A certificate of {node} ends in {value:span}",
    description: "It is {filename}. When it has ended, browsers, clients and other nodes refuse the node.",
    response,
    because: `Nothing is declared: ${promSpan(least)} leave time to act.`,
    examples: [
      example(
        "a certificate that ends soon",
        minute,
        [series("pve_node_certificate_expiry_timestamp_seconds", { id, filename: "pve-ssl.pem" }, [least, 5])],
        [{ id, node, filename: "pve-ssl.pem" }],
      ),
      example("one that does not", minute, [
        series("pve_node_certificate_expiry_timestamp_seconds", { id, filename: "pve-ssl.pem" }, [least + hour, 5]),
      ]),
    ],
  });
  const flag = (
    made: Pick<AlertRule, "name" | "severity" | "for" | "summary" | "description" | "because"> & {
      readonly metric: "pve_node_disk_healthy" | "pve_node_zfs_pool_healthy" | "pve_node_service_up";
      readonly of: Readonly<Record<string, string>>;
      readonly where?: Condition;
      readonly expectedInWindow?: true;
    },
  ): AlertRule => {
    const { metric, of, where: condition, ...rest } = made;
    const all = condition === undefined ? select(metric) : select(metric, condition);
    const times = rest.for / minute + 5;
    return {
      ...rest,
      scope: "node",
      expression: ofNode(where(all, "==", 0)),
      response,
      examples: [
        example("one that is not well", rest.for, [series(metric, { id, ...of }, [0, times])], [{ id, node, ...of }]),
        example("one that is", rest.for, [series(metric, { id, ...of }, [1, times])]),
        example("one that nothing is told of any more", rest.for + 4 * minute, [
          series(metric, { id, ...of }, [0, 2], ["stale", 1]),
        ]),
      ],
    };
  };
  const offset = select("pve_node_clock_offset_seconds");
  const wear = select("pve_node_disk_wear_ratio");
  const due = calculate(select("pve_subscription_next_due_timestamp_seconds"), "-", now);
  return [
    certificate("warning", 14 * day),
    certificate("critical", 2 * day),
    flag({
      name: "DiskFailing",
      severity: "critical",
      for: 0,
      metric: "pve_node_disk_healthy",
      of: { disk: "/dev/sda" },
      summary: "A disk of {node} says that it is failing",
      description: "It is {disk}, by SMART.",
      because: "Nothing is declared: the disk's own verdict counts.",
    }),
    {
      name: "DiskWorn",
      severity: "warning",
      scope: "node",
      expression: ofNode(where(wear, ">", 0.9)),
      for: 0,
      summary: "A disk of {node} has used {value:percent} of its life",
      description: "It is {disk}.",
      response,
      because: "Nothing is declared: a tenth of its life leaves time to replace it.",
      examples: [
        example(
          "a worn disk",
          minute,
          [series("pve_node_disk_wear_ratio", { id, disk: "/dev/nvme0n1" }, [0.95, 5])],
          [{ id, node, disk: "/dev/nvme0n1" }],
        ),
        example("a new one", minute, [series("pve_node_disk_wear_ratio", { id, disk: "/dev/nvme0n1" }, [0.02, 5])]),
      ],
    },
    flag({
      name: "ZfsPoolDegraded",
      severity: "critical",
      for: 0,
      metric: "pve_node_zfs_pool_healthy",
      of: { pool: "rpool" },
      summary: "The ZFS pool {pool} of {node} is not healthy",
      description: "It is degraded, faulted or gone. Another disk may cost what is on it.",
      because: "Nothing is declared: ZFS itself calls it something else than ONLINE.",
    }),
    flag({
      name: "NodeServiceDown",
      severity: "warning",
      for: 5 * minute,
      metric: "pve_node_service_up",
      of: { service: "pvestatd" },
      // Enabled where there is no cluster, too, and idle there; a node of a cluster is unreachable without it.
      where: "service!=corosync",
      expectedInWindow: true,
      summary: "{service} does not run on {node}",
      description: "It is enabled, and has not been active for 5m.",
      because: "Nothing is declared: what is enabled should run.",
    }),
    {
      name: "NodeClockOff",
      severity: "warning",
      scope: "node",
      expression: ofNode(either(where(offset, ">", 5), where(offset, "<", -5))),
      for: 10 * minute,
      summary: "The clock of {node} is {value:span} off",
      description: "Sign-ins, tokens, schedules and the order of events depend on it.",
      response,
      because: "Nothing is declared: the clock is seen to about a second, and 5s are none of its doing.",
      examples: [
        example(
          "a clock that is behind",
          10 * minute,
          [series("pve_node_clock_offset_seconds", { id }, [-8, 15])],
          [{ id, node }],
        ),
        example(
          "a clock that is ahead",
          10 * minute,
          [series("pve_node_clock_offset_seconds", { id }, [8, 15])],
          [{ id, node }],
        ),
        example("one that is nearly right", 10 * minute, [series("pve_node_clock_offset_seconds", { id }, [1, 15])]),
      ],
    },
    {
      name: "SubscriptionEnds",
      severity: "info",
      scope: "node",
      expression: ofNode(where(due, "<", 14 * day)),
      for: 0,
      summary: "The subscription of {node} is due in {value:span}",
      description: "After that the node gets no updates from the enterprise repository.",
      response,
      because: "Nothing is declared: two weeks leave time to renew it.",
      examples: [
        example(
          "a subscription that is due",
          minute,
          [series("pve_subscription_next_due_timestamp_seconds", { id }, [10 * day, 5])],
          [{ id, node }],
        ),
        example("one that is not", minute, [
          series("pve_subscription_next_due_timestamp_seconds", { id }, [100 * day, 5]),
        ]),
      ],
    },
    updatesPending(making),
  ];
};

const updatesPending = (making: Parameters<RuleMaker>[0]): AlertRule => {
  const node = exampleNode(making);
  const id = `node/${node}`;
  const rolling = making.lab.maintenance.procedures.find(({ does }) => does === "rolling node update");
  const declared = rolling?.frequency === undefined ? Number.NaN : cadenceDays(rolling.frequency);
  const days = Math.ceil(Number.isNaN(declared) ? 31 : declared) + 3;
  const pending: Expression = where(aggregate("sum", ["id"], select("pve_node_updates_pending")), ">", 0);
  const step = 6 * hour;
  const long = (value: number, at: Seconds, fires: readonly { id: string; node: string }[]) => ({
    title:
      value === 0 ? "a node that is up to date" : fires.length > 0 ? "updates that nobody installs" : "new updates",
    step,
    at,
    series: [series("pve_node_updates_pending", { id, origin: "Debian" }, [value, at / step + 1])],
    fires,
  });
  return {
    name: "UpdatesPending",
    severity: "info",
    scope: "node",
    expression: ofNode(pending),
    for: days * day,
    summary: "{value:number} updates wait on {node}",
    description: `There have been some all the time for ${days}d.`,
    response: rolling === undefined ? generally(making) : { procedure: rolling.id, document: rolling.document },
    because:
      rolling === undefined || Number.isNaN(declared)
        ? "Nothing is declared of how often nodes are updated."
        : `${rolling.id} brings nodes up to date every ${Math.ceil(declared)}d; three days more are a delay.`,
    ...(Number.isNaN(declared) ? { assumed: "every 31d." } : {}),
    examples: [long(12, days * day, [{ id, node }]), long(12, days * day - 6 * hour, []), long(0, days * day, [])],
  };
};

/** A node that cannot be reached, and one that HA fences. */
const unreachable: RuleMaker = (making) => {
  const node = exampleNode(making);
  const id = `node/${node}`;
  const declared = making.lab.monitoring.thresholds.some(({ subject }) => subject === "quorum");
  return [
    {
      name: "NodeDown",
      severity: "warning",
      scope: "node",
      expression: ofNode(where(select("pve_up", nodes), "==", 0)),
      // The cluster itself has waited before it says so, and who is told waits for its group.
      for: 0,
      keepFiringFor: minute,
      summary: "{node} is unreachable",
      description: "The other members of the cluster do not see it. What is on it is not told of by itself.",
      response: responseTo(making, "quorum"),
      because: declared
        ? "The declaration's threshold of quorum: a warning where a node is unreachable."
        : "Nothing is declared: a node that is gone takes its vote with it.",
      examples: [
        example("a node that is gone", 2 * minute, [series("pve_up", { id }, [1, 1], [0, 5])], [{ id, node }]),
        example("a node that is back", 5 * minute, [series("pve_up", { id }, [0, 3], [1, 5])]),
        example("a guest that is down", 5 * minute, [series("pve_up", { id: "qemu/100" }, [0, 10])]),
      ],
    },
    {
      name: "NodeFenced",
      severity: "critical",
      scope: "node",
      expression: ofNode(where(select("pve_ha_state", nodes, "state=fence"), "==", 1)),
      for: 0,
      summary: "HA fences {node}",
      description: "It was lost for too long; its HA guests are started elsewhere.",
      response: recoveryFrom(making, "node"),
      because: "A node's loss is a scenario of the recovery chapter.",
      examples: [
        example(
          "a node that is fenced",
          minute,
          [series("pve_ha_state", { id, state: "fence" }, [1, 5])],
          [{ id, node, state: "fence" }],
        ),
        example("a node that is online", minute, [
          series("pve_ha_state", { id, state: "fence" }, [0, 5]),
          series("pve_ha_state", { id, state: "online" }, [1, 5]),
        ]),
      ],
    },
  ];
};

export const nodeRules: RuleMaker = (making) => [
  ...unreachable(making),
  ...inMaintenance(making),
  ...nodeLoad(making),
  ...nodeParts(making),
];
