import type { Api } from "../../api/client.ts";
import { Facts } from "../../detail/facts.tsx";
import { wholeMoment } from "../../figures/moment.ts";
import { Mark } from "../../marks/mark.tsx";
import { outcomeWords } from "../../marks/words.ts";
import { CloseButton } from "../../shell/close-button.tsx";
import { KnownLink } from "../../shell/known-link.tsx";
import { Panel } from "../../shell/panel.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { TookOf, vmidOf } from "./task-columns.tsx";
import classes from "./task-detail.module.css";
import { TaskLog } from "./task-log.tsx";

type TaskDetail = { readonly cluster: string; readonly task: Api<"Task">; readonly close: () => void };

/** A task in full, with what it wrote. */
export const TaskDetail = ({ cluster, task, close }: TaskDetail) => {
  const { upid, type, id, node, user, started, ended, outcome, status } = task;
  const vmid = vmidOf(task);
  const { tone, word } = outcomeWords[outcome];
  return (
    <>
      <Panel title={`${type} ${id}`.trim()} aside={<CloseButton what="the task" close={close} />}>
        <p className={classes.head}>
          <Mark tone={tone} filled>
            {word}
          </Mark>
          {status === undefined || status === "OK" ? null : <span className={classes.status}>{status}</span>}
        </p>
        <Facts
          facts={[
            [
              "Node",
              <KnownLink key="node" href={addressOf.node(cluster, node)}>
                {node}
              </KnownLink>,
            ],
            ...(vmid === undefined
              ? []
              : [
                  [
                    "Guest",
                    <KnownLink key="guest" href={addressOf.guest(cluster, vmid)}>
                      {vmid}
                    </KnownLink>,
                  ] as const,
                ]),
            ["By", user],
            ["Started", wholeMoment(started)],
            ...(ended === undefined ? [] : [["Ended", wholeMoment(ended)] as const]),
            [ended === undefined ? "Runs for" : "Took", <TookOf key="took" task={task} />],
            [
              "UPID",
              <code key="upid" className={classes.upid}>
                {upid}
              </code>,
            ],
          ]}
        />
      </Panel>
      <TaskLog cluster={cluster} task={task} />
    </>
  );
};
