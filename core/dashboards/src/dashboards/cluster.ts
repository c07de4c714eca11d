import type { Lab } from "@orrery/model";
import { linkTo, type Page } from "../dashboard.ts";
import { above, atLeast, bad, declaredLevels, good, neutral, plain, watchOut } from "../level.ts";
import { bars, stat, timeline, trend } from "../panel.ts";
import { byGuest, byNode, filledIn, guests, nodes, of, orZero, rate } from "../query.ts";
import { table } from "../table.ts";

const share = (used: string, size: string): string => `${used} / ${size}`;
const cpu = of("pve_cpu_usage_ratio", nodes);
const cpus = of("pve_cpu_usage_limit", nodes);
const memoryUsed = of("pve_memory_usage_bytes", nodes);
const memorySize = of("pve_memory_size_bytes", nodes);
const running = (of_: string): string => `sum(${of_} == 1)`;

export const upOrDown = {
  "0": { text: "down", colour: bad },
  "1": { text: "up", colour: good },
} as const;

/** Is the cluster well, does it have room, and would it have after the worst loss? */
export const clusterPage = (lab: Lab): Page => {
  const cpuLevels = declaredLevels(lab, "node cpu");
  const memoryLevels = declaredLevels(lab, "node memory");
  return {
    uid: "orrery-cluster",
    title: "Cluster",
    description: "Whether the cluster is well, whether it has room, and whether it would after the worst loss.",
    choices: ["cluster"],
    since: "now-6h",
    rows: [
      {
        title: "Is all well?",
        panels: [
          stat({
            title: "Quorum",
            description: "Whether the node that answers is with the majority.",
            query: { expr: `min(${of("pve_up", 'id=~"cluster/.+"')})` },
            words: { "0": { text: "lost", colour: bad }, "1": { text: "quorate", colour: good } },
            width: 3,
          }),
          stat({
            title: "Votes to spare",
            description: "How many votes can still be lost before quorum is.",
            query: { expr: `min(${of("pve_cluster_quorum_margin_votes")})` },
            levels: atLeast(0, 1),
            width: 3,
          }),
          stat({
            title: "Nodes down",
            description: "Members that are not online.",
            query: { expr: orZero(`count(${of("pve_up", nodes)} == 0)`) },
            levels: above(1),
            width: 3,
          }),
          stat({
            title: "HA gave up on",
            description: "Guests whose HA state is error: nobody starts them any more.",
            query: { expr: orZero(`sum(${of("pve_ha_errors")})`) },
            levels: above(1),
            width: 3,
          }),
          stat({
            title: "Alerts",
            description: "Warnings and critical alerts that fire in Prometheus.",
            query: {
              expr: orZero('count(ALERTS{cluster=~"$cluster|", alertstate="firing", severity=~"warning|critical"})'),
            },
            levels: above(1),
            width: 3,
          }),
          stat({
            title: "Objectives missed",
            description: "Objectives of the declaration that are not met. Needs `orrery exporter --lab`.",
            query: { expr: orZero(`count(${of("orrery_objective_state", 'state="missed"')} == 1)`) },
            levels: above(1),
            width: 3,
          }),
          stat({
            title: "Guests that run",
            description: "Virtual machines and containers, templates not counted.",
            query: { expr: orZero(running(of("pve_up", guests))) },
            spark: true,
            width: 3,
          }),
          stat({
            title: "Outside every backup job",
            description: "Guests that no backup job covers.",
            query: { expr: orZero(`sum(${of("pve_not_backed_up_total")})`) },
            levels: above(1),
            width: 3,
          }),
        ],
      },
      {
        title: "Room",
        panels: [
          stat({
            title: "CPU",
            description: "Share of all CPUs of the cluster in use.",
            query: { expr: share(`sum(${cpu} * ${cpus})`, `sum(${cpus})`) },
            unit: "percentunit",
            levels: cpuLevels,
            spark: true,
            width: 4,
          }),
          stat({
            title: "Memory",
            description: "Share of the memory of all nodes in use.",
            query: { expr: share(`sum(${memoryUsed})`, `sum(${memorySize})`) },
            unit: "percentunit",
            levels: memoryLevels,
            spark: true,
            width: 4,
          }),
          stat({
            title: "Memory left after the worst loss",
            description:
              "Memory of all nodes but the largest, less what the guests that run were given. Below zero not every guest finds a place when that node is lost.",
            query: {
              expr: `sum(${memorySize}) - max(${memorySize}) - sum(${of("pve_node_memory_assigned_bytes")})`,
            },
            unit: "bytes",
            levels: atLeast(0),
            width: 5,
          }),
          stat({
            title: "CPU after the worst loss",
            description: "CPU in use now, as a share of what is left when the node with most CPUs is lost.",
            query: { expr: share(`sum(${cpu} * ${cpus})`, `(sum(${cpus}) - max(${cpus}))`) },
            unit: "percentunit",
            levels: cpuLevels,
            width: 5,
          }),
          bars({
            title: "Guests on each node",
            description: "Guests that run, by node.",
            query: { expr: byNode(of("pve_node_guests", 'state="running"'), "sum"), legend: "{{node}}" },
            width: 6,
            height: 4,
          }),
          trend({
            title: "CPU of the nodes",
            description: "Dashed: the declared thresholds.",
            queries: [{ expr: byNode(cpu), legend: "{{node}}" }],
            unit: "percentunit",
            levels: cpuLevels,
            max: 1,
            width: 12,
          }),
          trend({
            title: "Memory of the nodes",
            description: "Dashed: the declared thresholds.",
            queries: [{ expr: byNode(share(memoryUsed, memorySize)), legend: "{{node}}" }],
            unit: "percentunit",
            levels: memoryLevels,
            max: 1,
            width: 12,
          }),
        ],
      },
      {
        title: "Nodes",
        panels: [
          table({
            title: "Nodes",
            description: "A click on a node opens it.",
            keys: [{ label: "node", link: linkTo("orrery-node", "node") }],
            columns: [
              { as: "State", expr: byNode(of("pve_up", nodes)), words: upOrDown },
              { as: "CPU", expr: byNode(cpu), unit: "percentunit", levels: cpuLevels, full: 1 },
              {
                as: "Memory",
                expr: byNode(share(memoryUsed, memorySize)),
                unit: "percentunit",
                levels: memoryLevels,
                full: 1,
              },
              { as: "Memory given", expr: byNode(of("pve_node_memory_overcommit_ratio")), unit: "percentunit" },
              { as: "CPUs given", expr: byNode(of("pve_node_cpu_overcommit_ratio")), unit: "percentunit" },
              { as: "Load", expr: byNode(of("pve_node_load_avg5")), decimals: 2 },
              { as: "Waits for disks", expr: byNode(of("pve_node_io_wait_ratio")), unit: "percentunit", decimals: 1 },
              { as: "Up for", expr: byNode(of("pve_uptime_seconds", nodes)), unit: "s" },
            ],
            width: 24,
            height: 7,
          }),
          timeline({
            title: "Nodes over time",
            description: "When a node was offline.",
            queries: [{ expr: byNode(of("pve_up", nodes)), legend: "{{node}}" }],
            words: upOrDown,
            width: 12,
            height: 7,
          }),
          timeline({
            title: "HA state of the nodes",
            description: "In which state the HA manager holds each node; nothing where HA is not used.",
            queries: [
              {
                expr: `max by (node, state) (label_replace(${of("pve_ha_state", nodes)} == 1, "node", "$1", "id", "node/(.+)"))`,
                legend: "{{node}} {{state}}",
              },
            ],
            words: { "1": { text: "in this state", colour: "blue" } },
            width: 12,
            height: 7,
          }),
        ],
      },
      {
        title: "Guests",
        panels: [
          trend({
            title: "Most CPU",
            description: "The ten guests that use most CPUs.",
            queries: [
              {
                expr: `topk(10, ${byGuest(`(${of("pve_cpu_usage_ratio", guests)} * ${of("pve_cpu_usage_limit", guests)})`)})`,
                legend: "{{name}} ({{node}})",
              },
            ],
            decimals: 2,
            width: 12,
          }),
          trend({
            title: "Most memory",
            description: "The ten guests that use most memory.",
            queries: [
              {
                expr: `topk(10, ${byGuest(of("pve_memory_usage_bytes", guests))})`,
                legend: "{{name}} ({{node}})",
              },
            ],
            unit: "bytes",
            width: 12,
          }),
          table({
            title: "Guests that hold a lock",
            description: "A lock that no task holds keeps a guest from being started, moved or backed up.",
            keys: [
              { label: "name", link: linkTo("orrery-guest", "guest", filledIn("__data.fields.id")) },
              { label: "id" },
              { label: "node", link: linkTo("orrery-node", "node") },
              { label: "state" },
            ],
            columns: [
              {
                as: "Lock",
                expr: `max by (id, name, node, state) (${byGuest(`(${of("pve_lock_state")} == 1)`)})`,
                words: { "1": { text: "held", colour: watchOut } },
              },
            ],
            none: "No guest is locked",
            width: 12,
            height: 7,
          }),
          table({
            title: "Guests under HA",
            description: "State of each guest that the HA manager looks after.",
            keys: [
              { label: "name", link: linkTo("orrery-guest", "guest", filledIn("__data.fields.id")) },
              { label: "id" },
              { label: "node", link: linkTo("orrery-node", "node") },
              {
                label: "state",
                words: {
                  error: { text: "error", colour: bad },
                  fence: { text: "fence", colour: bad },
                  recovery: { text: "recovery", colour: watchOut },
                  started: { text: "started", colour: good },
                },
              },
            ],
            columns: [
              {
                as: "HA",
                expr: `max by (id, name, node, state) (${byGuest(`(${of("pve_ha_state", guests)} == 1)`)})`,
                words: { "1": { text: "managed", colour: plain } },
              },
            ],
            none: "HA looks after no guest",
            width: 12,
            height: 7,
          }),
        ],
      },
      {
        title: "Work and traffic",
        panels: [
          trend({
            title: "Tasks that run",
            description: "By type, over all nodes.",
            queries: [{ expr: `sum by (type) (${of("pve_tasks_running")})`, legend: "{{type}}" }],
            decimals: 0,
            stacked: true,
            width: 8,
          }),
          trend({
            title: "Tasks that ended within an hour",
            description: "By how they ended. Counted since the exporter watches.",
            queries: [
              { expr: `sum by (outcome) (increase(${of("pve_tasks_ended_total")}[1h]))`, legend: "{{outcome}}" },
            ],
            decimals: 0,
            width: 8,
          }),
          trend({
            title: "Network of the nodes",
            description: "Received above, sent below.",
            queries: [
              { expr: byNode(rate(of("pve_node_network_receive_bytes_total"))), legend: "{{node}} received" },
              { expr: `-${byNode(rate(of("pve_node_network_transmit_bytes_total")))}`, legend: "{{node}} sent" },
            ],
            unit: "Bps",
            levels: neutral,
            width: 8,
          }),
        ],
      },
      {
        title: "Alerts that fire",
        panels: [
          table({
            title: "Alerts that fire",
            description: "As Prometheus evaluates the exported rules.",
            keys: [
              { label: "alertname" },
              {
                label: "severity",
                words: {
                  critical: { text: "critical", colour: bad },
                  warning: { text: "warning", colour: watchOut },
                  info: { text: "info", colour: plain },
                },
              },
              { label: "node" },
              { label: "name" },
              { label: "storage" },
            ],
            columns: [
              {
                as: "Alerts",
                expr: 'count by (alertname, severity, node, name, storage) (ALERTS{cluster=~"$cluster|", alertstate="firing", severity!="none"})',
              },
            ],
            none: "No alert fires",
            width: 24,
            height: 7,
          }),
        ],
      },
    ],
  };
};
