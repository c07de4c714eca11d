import { useQuery } from "@tanstack/react-query";
import { read } from "../api/read.ts";
import { span } from "../figures/span.ts";
import { Ago } from "../live/ago.tsx";
import { Mark } from "../marks/mark.tsx";
import { outcomeWords } from "../marks/words.ts";
import { useCluster } from "../routes/use-cluster.ts";
import { KnownLink } from "../shell/known-link.tsx";
import { Panel } from "../shell/panel.tsx";
import { Loading } from "../states/loading.tsx";
import { Shown } from "../states/shown.tsx";
import { addressOf } from "../subjects/addresses.ts";
import { None } from "./detail.tsx";
import { Items } from "./items.tsx";

/** The newest tasks of a guest, a node or a storage, of those that the nodes still list. */
export const TasksAbout = (about: { readonly id: string } | { readonly node: string }) => {
  const cluster = useCluster();
  const query = useQuery(read("listTasks", { path: { cluster }, query: { ...about, limit: 12 } }));
  return (
    <Panel title="Tasks" aside={<KnownLink href={addressOf.page(cluster, "tasks")}>all tasks</KnownLink>}>
      <Shown query={query} loading={<Loading lines={3} />}>
        {({ tasks }) =>
          tasks.length === 0 ? (
            <None>None among the last that its nodes list.</None>
          ) : (
            <Items
              items={tasks.map(({ upid, type, id, user, started, ended, outcome, status }) => ({
                key: upid,
                mark: <Mark tone={outcomeWords[outcome].tone}>{outcomeWords[outcome].word}</Mark>,
                text: `${type} ${id}`.trim(),
                more:
                  outcome === "failed" || outcome === "warnings"
                    ? status
                    : `${user}${ended === undefined ? "" : `, took ${span(ended - started)}`}`,
                aside: <Ago at={started} />,
              }))}
            />
          )
        }
      </Shown>
    </Panel>
  );
};
