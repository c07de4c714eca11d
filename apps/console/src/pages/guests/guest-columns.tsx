import type { Api } from "../../api/client.ts";
import { size } from "../../figures/size.ts";
import { span } from "../../figures/span.ts";
import { guestSaid } from "../../marks/guest-words.ts";
import { Mark } from "../../marks/mark.tsx";
import { Part } from "../../marks/part.tsx";
import { Tags } from "../../marks/tags.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import type { Column } from "../../table/column.ts";

type Guest = Api<"Guest">;

const bytes = (value: number | undefined): string => (value === undefined ? "–" : size(value));

export const guestColumns = (cluster: string): readonly Column<Guest>[] => [
  {
    id: "name",
    title: "Name",
    width: 11,
    grow: 2,
    fixed: true,
    sort: ({ name, vmid }) => name ?? String(vmid),
    cell: ({ name, vmid }) => (
      <a href={addressOf.guest(cluster, vmid)} tabIndex={-1}>
        {name ?? vmid}
      </a>
    ),
  },
  { id: "vmid", title: "VMID", width: 5, end: true, wide: true, sort: ({ vmid }) => vmid, cell: ({ vmid }) => vmid },
  {
    id: "status",
    title: "State",
    width: 8.5,
    grow: 0.5,
    sort: (guest) => guestSaid(guest).word,
    cell: (guest) => {
      const { tone, word } = guestSaid(guest);
      return <Mark tone={tone}>{word}</Mark>;
    },
  },
  {
    id: "kind",
    title: "Kind",
    width: 4.5,
    wide: true,
    sort: ({ kind }) => kind,
    cell: ({ kind }) => (kind === "qemu" ? "VM" : "CT"),
  },
  {
    id: "node",
    title: "Node",
    width: 6.5,
    grow: 0.6,
    sort: ({ node }) => node,
    cell: ({ node }) => (
      <a href={addressOf.node(cluster, node)} tabIndex={-1}>
        {node}
      </a>
    ),
  },
  {
    id: "cpu",
    title: "CPU",
    about: "share of the CPUs that it is given",
    width: 7,
    end: true,
    sort: ({ figures }) => figures?.cpu,
    cell: ({ figures, cpus }) => <Part used={figures?.cpu} of={1} text={cpus === undefined ? "" : `${cpus} ×`} />,
  },
  {
    id: "mem",
    title: "Memory",
    about: "of what it is given; by how much of it is in use",
    width: 8.5,
    end: true,
    sort: ({ figures }) => figures?.memory,
    cell: ({ figures, memory }) => (
      <Part used={figures?.memory} of={memory} text={bytes(memory)} warnAt={0.9} badAt={0.97} />
    ),
  },
  {
    id: "maxmem",
    title: "Given memory",
    width: 8,
    end: true,
    chosen: true,
    sort: ({ memory }) => memory,
    cell: ({ memory }) => bytes(memory),
  },
  {
    id: "disk",
    title: "Disk",
    about: "size of its disk, as the cluster lists it",
    width: 6,
    end: true,
    wide: true,
    sort: ({ disk }) => disk,
    cell: ({ disk }) => bytes(disk),
  },
  {
    id: "uptime",
    title: "Up",
    about: "since its start",
    width: 6.5,
    end: true,
    wide: true,
    sort: ({ figures }) => figures?.uptime,
    cell: ({ figures }) => (figures === undefined ? "–" : span(figures.uptime * 1000)),
  },
  {
    id: "tags",
    title: "Tags",
    width: 9,
    grow: 1,
    wide: true,
    rare: true,
    sort: ({ tags }) => tags?.join(" "),
    cell: ({ tags }) => <Tags tags={tags} />,
  },
  {
    id: "pool",
    title: "Pool",
    width: 7,
    wide: true,
    rare: true,
    sort: ({ pool }) => pool,
    cell: ({ pool }) => pool ?? "",
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
    id: "lock",
    title: "Lock",
    width: 6,
    wide: true,
    rare: true,
    sort: ({ lock }) => lock,
    cell: ({ lock }) => lock ?? "",
  },
];
