import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { useCluster } from "../../routes/use-cluster.ts";
import { Beside } from "../../shell/beside.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { useChosen } from "../../table/chosen.ts";
import { Listing } from "../../table/listing.tsx";
import { taskColumns, taskExamples, taskFields } from "./task-columns.tsx";
import { TaskDetail } from "./task-detail.tsx";
import { TaskKinds } from "./task-kinds.tsx";

type Task = Api<"Task">;
const keyOf = ({ upid }: Task): string => upid;

const headline = (tasks: readonly Task[]): string => {
  const running = tasks.filter(({ outcome }) => outcome === "running").length;
  const failed = tasks.filter(({ outcome }) => outcome === "failed").length;
  const runs = running === 0 ? "No task runs" : running === 1 ? "1 task runs" : `${running} tasks run`;
  return failed === 0 ? runs : `${runs}, ${failed} of the last failed`;
};

export const Tasks = () => {
  const cluster = useCluster();
  const query = useQuery(read("listTasks", { path: { cluster }, query: { limit: 10_000 } }));
  const { chosen, hrefOf, close } = useChosen();
  const columns = useMemo(() => taskColumns(cluster, hrefOf), [cluster, hrefOf]);
  const tasks = query.data?.tasks ?? [];
  const told = chosen === undefined ? undefined : tasks.find(({ upid }) => upid === chosen);
  return (
    <>
      <PageHead
        title={query.data === undefined ? "Tasks" : headline(tasks)}
        about="The last that each node lists; a node keeps older ones in its own log"
      />
      <Shown query={query} loading={<Loading lines={16} />}>
        {() => (
          <Beside
            asked={told !== undefined}
            told={
              told === undefined ? (
                <TaskKinds tasks={tasks} />
              ) : (
                <TaskDetail key={told.upid} cluster={cluster} task={told} close={close} />
              )
            }
          >
            <Listing
              noun="tasks"
              rows={tasks}
              columns={columns}
              fields={taskFields}
              sort="-started"
              examples={taskExamples}
              keyOf={keyOf}
              hrefOf={({ upid }) => hrefOf(upid)}
              empty={
                <Standing icon="tasks" title="Nothing ran yet">
                  The nodes tell of no task.
                </Standing>
              }
            />
          </Beside>
        )}
      </Shown>
    </>
  );
};
