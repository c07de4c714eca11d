import { share } from "../../figures/share.ts";
import { size } from "../../figures/size.ts";
import { span } from "../../figures/span.ts";
import { Mark } from "../../marks/mark.tsx";
import { Part } from "../../marks/part.tsx";
import { nodeWords } from "../../marks/words.ts";
import { addressOf } from "../../subjects/addresses.ts";
import type { Column } from "../../table/column.ts";
import { certificateTone } from "./certificate-tone.ts";
import type { NodeRow } from "./node-row.ts";

const bytes = (value: number | undefined): string => (value === undefined ? "" : size(value));
const known = (value: number | string | undefined): number | string => value ?? "–";

export const nodeColumns = (cluster: string): readonly Column<NodeRow>[] => [
  {
    id: "name",
    title: "Node",
    width: 7,
    grow: 1,
    fixed: true,
    sort: ({ name }) => name,
    cell: ({ name }) => (
      <a href={addressOf.node(cluster, name)} tabIndex={-1}>
        {name}
      </a>
    ),
  },
  {
    id: "status",
    title: "State",
    width: 6.5,
    sort: ({ status }) => status,
    cell: ({ status }) => <Mark tone={nodeWords[status].tone}>{nodeWords[status].word}</Mark>,
  },
  {
    id: "ha",
    title: "HA",
    about: "its state for the HA manager",
    width: 6,
    wide: true,
    rare: true,
    sort: ({ ha }) => ha,
    cell: ({ ha }) => ha ?? "",
  },
  {
    id: "votes",
    title: "Votes",
    about: "in the quorum",
    width: 4.5,
    end: true,
    wide: true,
    sort: ({ votes }) => votes,
    cell: ({ votes }) => known(votes),
  },
  {
    id: "cpu",
    title: "CPU",
    width: 7,
    end: true,
    sort: ({ figures }) => figures?.cpu,
    cell: ({ figures, cpus }) => (
      <Part used={figures?.cpu} of={1} text={cpus === undefined ? "" : `${cpus} ×`} warnAt={0.75} />
    ),
  },
  {
    id: "load",
    title: "Load",
    about: "over one minute; more than it has CPUs is too much",
    width: 5,
    end: true,
    wide: true,
    sort: ({ load }) => load,
    cell: ({ load }) => (load === undefined ? "–" : load.toFixed(2)),
  },
  {
    id: "mem",
    title: "Memory",
    width: 8.5,
    end: true,
    sort: ({ figures, memory }) =>
      figures === undefined || memory === undefined ? undefined : figures.memory / memory,
    cell: ({ figures, memory }) => <Part used={figures?.memory} of={memory} text={bytes(memory)} />,
  },
  {
    id: "swap",
    title: "Swap",
    about: "in use",
    width: 5.5,
    end: true,
    wide: true,
    sort: ({ swap }) => swap,
    cell: ({ swap, swapSize }) => (swapSize === 0 ? "none" : swap === undefined ? "–" : size(swap)),
  },
  {
    id: "pressure",
    title: "Pressure",
    about: "the largest share of time that something waits for CPU, memory or disk",
    width: 6,
    end: true,
    wide: true,
    sort: ({ pressure }) => pressure,
    cell: ({ pressure }) => (pressure === undefined ? "–" : share(pressure)),
  },
  {
    id: "root",
    title: "Root",
    about: "its root file system",
    width: 7.5,
    end: true,
    wide: true,
    sort: ({ figures }) => figures?.root,
    cell: ({ figures, root }) => <Part used={figures?.root} of={root} text={bytes(root)} />,
  },
  {
    id: "guests",
    title: "Guests",
    about: "that run there",
    width: 5,
    end: true,
    sort: ({ guests }) => guests,
    cell: ({ guests }) => known(guests),
  },
  {
    id: "updates",
    title: "Updates",
    about: "packages that wait",
    width: 5.5,
    end: true,
    wide: true,
    sort: ({ updates }) => updates,
    cell: ({ updates }) => known(updates),
  },
  {
    id: "certificate",
    title: "Certificate",
    about: "until the first of its certificates ends",
    width: 6.5,
    end: true,
    wide: true,
    sort: ({ certificateDays }) => certificateDays,
    cell: ({ certificateDays: days }) =>
      days === undefined ? "–" : days < 14 ? <Mark tone={certificateTone(days)}>{`${days} d`}</Mark> : `${days} d`,
  },
  {
    id: "services",
    title: "Services",
    width: 6.5,
    wide: true,
    sort: ({ failedServices }) => failedServices?.length,
    cell: ({ failedServices }) =>
      failedServices === undefined ? (
        "–"
      ) : failedServices.length === 0 ? (
        <Mark tone="good">all up</Mark>
      ) : (
        <Mark tone="bad">{failedServices.join(", ")}</Mark>
      ),
  },
  {
    id: "version",
    title: "Version",
    width: 5.5,
    wide: true,
    sort: ({ version }) => version,
    cell: ({ version }) => known(version),
  },
  {
    id: "kernel",
    title: "Kernel",
    width: 8,
    chosen: true,
    sort: ({ kernel }) => kernel,
    cell: ({ kernel }) => known(kernel),
  },
  {
    id: "uptime",
    title: "Up",
    width: 5.5,
    end: true,
    chosen: true,
    sort: ({ figures }) => figures?.uptime,
    cell: ({ figures }) => (figures === undefined ? "–" : span(figures.uptime * 1000)),
  },
];
