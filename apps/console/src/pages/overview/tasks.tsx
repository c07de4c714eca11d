import { useQuery } from "@tanstack/react-query";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { span } from "../../figures/span.ts";
import { Ago } from "../../live/ago.tsx";
import { useNow } from "../../live/use-now.ts";
import { Mark } from "../../marks/mark.tsx";
import { outcomeWords } from "../../marks/words.ts";
import { KnownLink } from "../../shell/known-link.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import classes from "./tasks.module.css";

const shown = 7;

const Running = ({ since }: { readonly since: number }) => <>for {span(useNow() - since)}</>;

const Row = ({ task: { type, id, node, started, ended, outcome, status } }: { readonly task: Api<"Task"> }) => (
  <li className={classes.task} title={status}>
    <span className={classes.what}>
      {type} {id}
    </span>
    <span className={classes.where}>{node}</span>
    <span className={classes.when}>{ended === undefined ? <Running since={started} /> : <Ago at={ended} />}</span>
    <Mark tone={outcomeWords[outcome].tone}>{outcomeWords[outcome].word}</Mark>
  </li>
);

/** What runs now, and what ran last. */
export const Tasks = ({ cluster }: { readonly cluster: string }) => {
  const query = useQuery(read("listTasks", { path: { cluster }, query: { limit: 50 } }));
  return (
    <Panel
      title="What runs"
      aside={<KnownLink href={addressOf.page(cluster, "tasks")}>the last of each node</KnownLink>}
    >
      <Shown query={query} loading={<Loading lines={6} />}>
        {({ tasks }) =>
          tasks.length === 0 ? (
            <Standing icon="tasks" title="Nothing ran yet">
              The nodes tell of no task.
            </Standing>
          ) : (
            <ul className={classes.tasks}>
              {tasks
                .toSorted((one, other) => Number(other.outcome === "running") - Number(one.outcome === "running"))
                .slice(0, shown)
                .map((task) => (
                  <Row key={task.upid} task={task} />
                ))}
            </ul>
          )
        }
      </Shown>
    </Panel>
  );
};
