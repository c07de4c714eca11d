import { useQuery } from "@tanstack/react-query";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { serverNow } from "../../api/server-time.ts";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import classes from "./task-detail.module.css";

/** So often what runs is asked for what it wrote since. Milliseconds. */
const followMs = 3000;

/** What a task wrote, read from its node now. */
export const TaskLog = ({
  cluster,
  task: { upid, ended },
}: {
  readonly cluster: string;
  readonly task: Api<"Task">;
}) => {
  const query = useQuery({
    ...read("getTaskLog", { path: { cluster, upid } }),
    // Once more after it ended: its last words come last.
    refetchInterval: ({ state: { dataUpdatedAt } }) =>
      ended === undefined || serverNow() - (Date.now() - dataUpdatedAt) < ended ? followMs : false,
  });
  return (
    <Panel title="What it wrote" aside={ended === undefined ? "read anew while it runs" : undefined} flush>
      <Shown query={query} loading={<Loading lines={5} />}>
        {({ before, lines }) => (
          <>
            {before === 0 ? null : <p className={classes.note}>{before} lines before these are not shown.</p>}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
            <pre className={classes.log} tabIndex={0}>
              {lines.join("\n")}
            </pre>
          </>
        )}
      </Shown>
    </Panel>
  );
};
