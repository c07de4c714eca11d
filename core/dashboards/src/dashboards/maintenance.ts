import { linkTo, type Page } from "../dashboard.ts";
import { above, atLeast, bad, good, watchOut } from "../level.ts";
import { stat, timeline, trend } from "../panel.ts";
import { byNode, type Condition, nodes, of, orZero } from "../query.ts";
import { table } from "../table.ts";
import { upOrDown } from "./cluster.ts";

const day = 86_400;
const inMaintenance: Condition = 'state="maintenance"';
const node = { label: "node", link: linkTo("orrery-node", "node") };
const withNode = (expression: string, ...others: readonly string[]): string =>
  `max by (${["node", ...others].join(", ")}) (label_replace(${expression}, "node", "$1", "id", "node/(.+)"))`;

/** What waits to be done, and how a window goes. */
export const maintenancePage: Page = {
  uid: "orrery-maintenance",
  title: "Maintenance",
  description: "What waits to be done on the nodes, how a window goes, and what drifts from the declaration.",
  choices: ["cluster"],
  since: "now-24h",
  rows: [
    {
      title: "Now",
      panels: [
        stat({
          title: "Updates that wait",
          description: "Packages, over all nodes, that apt would bring to a newer version.",
          query: { expr: `sum(${of("pve_node_updates_pending")})` },
          levels: [
            { from: null, colour: good },
            { from: 1, colour: watchOut },
          ],
          width: 4,
        }),
        stat({
          title: "Versions that run",
          description: "More than one is how a rolling update looks, and nothing else.",
          query: { expr: `count(count by (version) (${of("pve_node_version_info")}))` },
          levels: above(2),
          width: 4,
        }),
        stat({
          title: "In maintenance",
          description: "Nodes that the HA manager was told to leave empty.",
          query: { expr: orZero(`sum(${of("pve_ha_state", nodes, inMaintenance)})`) },
          levels: [
            { from: null, colour: good },
            { from: 1, colour: watchOut },
          ],
          width: 4,
        }),
        stat({
          title: "Next certificate ends in",
          description: "Of all certificates of all nodes.",
          query: { expr: `min(${of("pve_node_certificate_expiry_timestamp_seconds")}) - time()` },
          unit: "s",
          levels: atLeast(7 * day, 21 * day),
          width: 4,
        }),
        stat({
          title: "Services down",
          description: "Enabled services that do not run.",
          query: { expr: orZero(`count(${of("pve_node_service_up")} == 0)`) },
          levels: above(1),
          width: 4,
        }),
        stat({
          title: "Not as declared",
          description: "Objects that are missing, changed or surplus. Needs `orrery exporter --lab`.",
          query: { expr: `sum(${of("orrery_drift_changes")})` },
          levels: [
            { from: null, colour: good },
            { from: 1, colour: watchOut },
          ],
          none: "not compared",
          width: 4,
        }),
      ],
    },
    {
      title: "Nodes",
      panels: [
        table({
          title: "What runs where",
          description: "Version, repository commit and kernel of each node.",
          keys: [node, { label: "version" }, { label: "repoid" }, { label: "kernel" }],
          columns: [
            {
              as: "Up for",
              expr: withNode(
                `${of("pve_uptime_seconds", nodes)} * on (cluster, id) group_left (version, repoid, kernel) ${of("pve_node_version_info")}`,
                "version",
                "repoid",
                "kernel",
              ),
              unit: "s",
            },
          ],
          width: 12,
          height: 7,
        }),
        table({
          title: "Updates by node",
          description: "Packages by where they come from.",
          keys: [node, { label: "origin" }],
          columns: [{ as: "Packages", expr: withNode(of("pve_node_updates_pending"), "origin") }],
          sort: { by: "Packages" },
          width: 6,
          height: 7,
        }),
        table({
          title: "Certificates",
          description: "How long each is still valid.",
          keys: [node, { label: "filename" }],
          columns: [
            {
              as: "Ends in",
              expr: `${withNode(of("pve_node_certificate_expiry_timestamp_seconds"), "filename")} - time()`,
              unit: "s",
              levels: atLeast(7 * day, 21 * day),
            },
          ],
          sort: { by: "Ends in", ascending: true },
          width: 6,
          height: 7,
        }),
      ],
    },
    {
      title: "How a window goes",
      panels: [
        trend({
          title: "Guests that run on each node",
          description: "A node that is drained empties; afterwards its guests come back.",
          queries: [{ expr: byNode(of("pve_node_guests", 'state="running"'), "sum"), legend: "{{node}}" }],
          decimals: 0,
          stacked: true,
          width: 12,
        }),
        timeline({
          title: "Nodes",
          description: "When a node was offline, and when it was in maintenance.",
          queries: [
            { expr: byNode(of("pve_up", nodes)), legend: "{{node}}" },
            {
              expr: byNode(`(${of("pve_ha_state", nodes, inMaintenance)} == 1) * 2`),
              legend: "{{node}} in maintenance",
            },
          ],
          words: { ...upOrDown, "2": { text: "in maintenance", colour: watchOut } },
          width: 12,
        }),
        trend({
          title: "Moves",
          description: "Migrations that run.",
          queries: [{ expr: `sum by (type) (${of("pve_tasks_running", 'type=~".*migrate.*"')})`, legend: "{{type}}" }],
          decimals: 0,
          width: 8,
        }),
        trend({
          title: "Votes",
          description: "Votes that are there, and those that all together have.",
          queries: [
            { expr: `max(${of("pve_cluster_votes_present")})`, legend: "present" },
            { expr: `max(${of("pve_cluster_votes_expected")})`, legend: "expected" },
          ],
          decimals: 0,
          width: 8,
        }),
        table({
          title: "Services that do not run",
          description: "Enabled services that are down now.",
          keys: [node, { label: "service" }],
          columns: [
            {
              as: "State",
              expr: withNode(`${of("pve_node_service_up")} == 0`, "service"),
              words: { "0": { text: "down", colour: bad } },
            },
          ],
          none: "All run",
          width: 8,
        }),
      ],
    },
    {
      title: "Not as declared",
      panels: [
        table({
          title: "By kind",
          description: "Objects that are missing, changed or surplus. `orrery plan` says which and how to change it.",
          keys: [{ label: "kind" }, { label: "change" }],
          columns: [{ as: "Objects", expr: `sum by (kind, change) (${of("orrery_drift_objects")})` }],
          sort: { by: "Objects" },
          none: "All is as declared, or nothing was compared",
          width: 12,
        }),
        trend({
          title: "Over time",
          description: "Objects that are not as declared.",
          queries: [{ expr: `sum by (change) (${of("orrery_drift_changes")})`, legend: "{{change}}" }],
          decimals: 0,
          stacked: true,
          width: 8,
        }),
        stat({
          title: "Last compared",
          description: "How long ago the cluster was held against the declaration.",
          query: { expr: `time() - max(${of("orrery_drift_timestamp_seconds")})` },
          unit: "s",
          none: "never",
          width: 4,
          height: 8,
        }),
      ],
    },
  ],
};
