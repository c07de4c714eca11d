import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Reply } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { serverNow } from "../../api/server-time.ts";
import { AlertsAbout } from "../../detail/alerts-about.tsx";
import { type ChartOf, Charts } from "../../detail/charts.tsx";
import { Detail } from "../../detail/detail.tsx";
import { FindingsAbout } from "../../detail/findings-about.tsx";
import { useMeasured } from "../../detail/measured.ts";
import { Strip } from "../../detail/strip.tsx";
import { TasksAbout } from "../../detail/tasks-about.tsx";
import { share } from "../../figures/share.ts";
import { size } from "../../figures/size.ts";
import { span } from "../../figures/span.ts";
import { Mark } from "../../marks/mark.tsx";
import { nodeWords } from "../../marks/words.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Shown } from "../../states/shown.tsx";
import { certificateTone } from "./certificate-tone.ts";
import { GuestsOn } from "./guests-on.tsx";
import { nodeMetrics, nodeRow } from "./node-row.ts";
import { Certificates, Disks, Network, Services, Updates } from "./parts.tsx";

const route = getRouteApi("/c/$cluster/nodes/$node");

const chartsOf = (name: string, memory: number | undefined): readonly ChartOf[] => {
  const labels = { id: `node/${name}` };
  const part = memory === undefined ? {} : { per: memory };
  return [
    {
      title: "CPU in use",
      unit: "share",
      drawn: [
        { metric: "pve_cpu_usage_ratio", labels, name: "CPU" },
        { metric: "pve_node_io_wait_ratio", labels, name: "waits for disks" },
      ],
    },
    {
      title: "Memory in use",
      unit: memory === undefined ? "bytes" : "share",
      drawn: [{ metric: "pve_memory_usage_bytes", labels, name: "Memory", ...part }],
    },
    {
      title: "Load",
      unit: "count",
      drawn: [
        { metric: "pve_node_load_avg1", labels, name: "1 min" },
        { metric: "pve_node_load_avg15", labels, name: "15 min" },
      ],
    },
    {
      title: "Pressure",
      unit: "share",
      drawn: [
        {
          metric: "pve_node_pressure_ratio",
          labels: { ...labels, extent: "some" },
          name: ({ resource = "" }) => resource,
        },
      ],
    },
    {
      title: "Network",
      unit: "bytes/s",
      drawn: [
        { metric: "pve_node_network_receive_bytes_total", labels, name: "received", reading: "rate" },
        { metric: "pve_node_network_transmit_bytes_total", labels, name: "sent", reading: "rate" },
      ],
    },
    { title: "Swap in use", unit: "bytes", drawn: [{ metric: "pve_node_swap_usage_bytes", labels, name: "Swap" }] },
  ];
};

const NodeCharts = ({ name, memory }: { readonly name: string; readonly memory: number | undefined }) => {
  const charts = useMemo(() => chartsOf(name, memory), [name, memory]);
  return <Charts charts={charts} />;
};

const Told = ({ whole: { node, parts } }: { readonly whole: Reply<"getNode"> }) => {
  const { name } = node;
  const measured = useMeasured(nodeMetrics, { id: `node/${name}` });
  const { figures, memory, cpus, load, pressure, swap, swapSize, root, certificateDays } = nodeRow(
    node,
    measured,
    new Map(),
    serverNow(),
  );
  return (
    <>
      <PageHead
        title={name}
        about={[node.cpuModel, node.version === undefined ? undefined : `Proxmox VE ${node.version}`, node.kernel]
          .filter((one) => one !== undefined)
          .join(" · ")}
      >
        {node.ha === undefined || node.ha === "online" ? null : <Mark tone="warn" filled>{`HA: ${node.ha}`}</Mark>}
        <Mark tone={nodeWords[node.status].tone} filled>
          {nodeWords[node.status].word}
        </Mark>
      </PageHead>
      <Detail
        top={
          <Strip
            figures={[
              {
                name: "CPU",
                figure: figures === undefined ? undefined : share(figures.cpu),
                part: figures?.cpu,
                about: cpus === undefined ? undefined : `of ${cpus} threads`,
                warnAt: 0.75,
              },
              {
                name: "Load",
                figure: load?.toFixed(2),
                about: "over one minute",
                tone: load !== undefined && cpus !== undefined && load > cpus ? "warn" : "plain",
              },
              {
                name: "Memory",
                figure: figures === undefined ? undefined : size(figures.memory),
                part: figures === undefined || memory === undefined ? undefined : figures.memory / memory,
                about: memory === undefined ? undefined : `of ${size(memory)}`,
              },
              {
                name: "Swap",
                figure: swapSize === 0 ? "none" : swap === undefined ? undefined : size(swap),
                about: swapSize === undefined || swapSize === 0 ? undefined : `of ${size(swapSize)}`,
              },
              {
                name: "Pressure",
                figure: pressure === undefined ? undefined : share(pressure),
                about: "of time something waits",
              },
              {
                name: "Root",
                figure: figures === undefined ? undefined : size(figures.root),
                part: figures === undefined || root === undefined ? undefined : figures.root / root,
                about: root === undefined ? undefined : `of ${size(root)}`,
              },
              {
                name: "Up",
                figure: figures === undefined ? undefined : span(figures.uptime * 1000),
                about: "since its start",
              },
              {
                name: "Certificate",
                figure: certificateDays === undefined ? undefined : `${certificateDays} d`,
                about: "until the first ends",
                tone: certificateDays === undefined ? "dim" : certificateTone(certificateDays),
              },
            ]}
          />
        }
        left={
          <>
            <NodeCharts name={name} memory={memory} />
            <GuestsOn node={name} />
            <TasksAbout node={name} />
          </>
        }
        right={
          <>
            <AlertsAbout isAbout={(labels) => labels.node === name || labels.id === `node/${name}`} />
            <FindingsAbout name={name} />
            <Services part={parts.services} />
            <Updates part={parts.updates} />
            <Disks part={parts.disks} />
            <Network part={parts.network} />
            <Certificates part={parts.certificates} now={serverNow()} />
          </>
        }
      />
    </>
  );
};

export const Node = () => {
  const { cluster, node } = route.useParams();
  const query = useQuery(read("getNode", { path: { cluster, node } }));
  return <Shown query={query}>{(whole) => <Told key={whole.node.name} whole={whole} />}</Shown>;
};
