import type { Api } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { span } from "../../figures/span.ts";
import type { Field } from "../../filter/field.ts";
import { Ago } from "../../live/ago.tsx";
import { useNow } from "../../live/use-now.ts";
import { Mark } from "../../marks/mark.tsx";
import { outcomeWords } from "../../marks/words.ts";
import { addressOf } from "../../subjects/addresses.ts";
import type { Column } from "../../table/column.ts";

type Task = Api<"Task">;

const order: Readonly<Record<Task["outcome"], number>> = { running: 0, failed: 1, warnings: 2, ok: 3 };

/** For how long it ran, or has been running. Milliseconds. */
const lengthOf = ({ started, ended }: Task): number => (ended ?? serverNow()) - started;

const SoFar = ({ since }: { readonly since: number }) => <>{span(useNow() - since)}</>;

export const TookOf = ({ task: { started, ended } }: { readonly task: Task }) =>
  ended === undefined ? <SoFar since={started} /> : span(ended - started);

/** The guest that a task is about; undefined of tasks of something else. */
export const vmidOf = ({ id, type }: Pick<Task, "id" | "type">): number | undefined =>
  /^\d{3,9}$/.test(id) && /^(qm|vz|ha|vnc|spice)/.test(type) ? Number(id) : undefined;

export const taskColumns = (cluster: string, hrefOf: (key: string) => string): readonly Column<Task>[] => [
  {
    id: "outcome",
    title: "Outcome",
    width: 6.6,
    fixed: true,
    sort: ({ outcome }) => order[outcome],
    cell: ({ outcome }) => <Mark tone={outcomeWords[outcome].tone}>{outcomeWords[outcome].word}</Mark>,
  },
  {
    id: "type",
    title: "Task",
    width: 7,
    grow: 1,
    fixed: true,
    sort: ({ type }) => type,
    cell: ({ type, upid }) => (
      <a href={hrefOf(upid)} tabIndex={-1}>
        {type}
      </a>
    ),
  },
  {
    id: "id",
    title: "Of",
    about: "the guest or storage that it is about",
    width: 6,
    grow: 0.7,
    sort: ({ id }) => (/^\d+$/.test(id) ? id.padStart(9, "0") : id),
    cell: (task) => {
      const vmid = vmidOf(task);
      return vmid === undefined ? (
        task.id
      ) : (
        <a href={addressOf.guest(cluster, vmid)} tabIndex={-1}>
          {vmid}
        </a>
      );
    },
  },
  {
    id: "node",
    title: "Node",
    width: 6.5,
    grow: 0.5,
    sort: ({ node }) => node,
    cell: ({ node }) => (
      <a href={addressOf.node(cluster, node)} tabIndex={-1}>
        {node}
      </a>
    ),
  },
  { id: "user", title: "By", width: 8, grow: 0.6, wide: true, sort: ({ user }) => user, cell: ({ user }) => user },
  {
    id: "started",
    title: "Started",
    width: 8,
    end: true,
    sort: ({ started }) => started,
    cell: ({ started }) => <Ago at={started} />,
  },
  {
    id: "took",
    title: "Took",
    about: "or has been running",
    width: 6.5,
    end: true,
    wide: true,
    sort: lengthOf,
    cell: (task) => <TookOf task={task} />,
  },
  {
    id: "status",
    title: "Said",
    about: "how it ended, in Proxmox's words",
    width: 8,
    grow: 1.5,
    wide: true,
    sort: ({ status }) => status,
    cell: ({ status }) => <span title={status}>{status ?? ""}</span>,
  },
];

/** By what tasks are filtered. */
export const taskFields: readonly Field<Task>[] = [
  {
    kind: "word",
    key: "outcome",
    about: "what came of it",
    of: ({ outcome }) => outcome,
    values: ["running", "failed", "warnings", "ok"],
  },
  { kind: "word", key: "type", about: "as Proxmox names it", of: ({ type }) => type, searched: true },
  { kind: "word", key: "of", about: "the guest or storage", of: ({ id }) => (id === "" ? [] : id), searched: true },
  { kind: "word", key: "node", about: "the node that it ran on", of: ({ node }) => node, searched: true },
  { kind: "word", key: "by", about: "whoever began it", of: ({ user }) => user, searched: true },
  { kind: "word", key: "said", about: "how it ended, in Proxmox's words", of: ({ status }) => status ?? [] },
  {
    kind: "number",
    key: "took",
    about: "for how long it ran, or has been running",
    unit: "seconds",
    of: (task) => lengthOf(task) / 1000,
  },
  {
    kind: "number",
    key: "age",
    about: "since it began",
    unit: "seconds",
    of: ({ started }) => (serverNow() - started) / 1000,
  },
];

export const taskExamples: readonly (readonly [filter: string, about: string])[] = [
  ["outcome:running", "what runs"],
  ["outcome:failed,warnings", "what went wrong"],
  ["type:vzdump took>10min", "long backups"],
  ["node:node01 age<1h", "lately on a node"],
];
