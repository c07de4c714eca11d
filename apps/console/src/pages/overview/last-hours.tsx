import type { UseQueryResult } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Reply } from "../../api/client.ts";
import { Happenings } from "../../charts/happenings.tsx";
import { type Drawn, HistoryChart } from "../../charts/history-chart.tsx";
import { TimeBar } from "../../charts/time-bar.tsx";
import type { TimeSearch } from "../../charts/time-range.ts";
import { Panel } from "../../shell/panel.tsx";
import classes from "./last-hours.module.css";

const route = getRouteApi("/c/$cluster/");

/** How busy each node was. */
export const LastHours = ({ nodes }: { readonly nodes: UseQueryResult<Reply<"listNodes">> }) => {
  const time = route.useSearch();
  const navigate = route.useNavigate();
  const onTime = (next: TimeSearch): void => void navigate({ search: next, replace: true, resetScroll: false });
  const known = JSON.stringify((nodes.data?.nodes ?? []).map(({ name, memory }) => [name, memory]));
  const { cpu, memory } = useMemo(() => {
    const all: readonly (readonly [string, number | null])[] = JSON.parse(known);
    const of = (name: string) => ({ labels: { id: `node/${name}` }, name });
    return {
      cpu: all.map(([name]): Drawn => ({ metric: "pve_cpu_usage_ratio", ...of(name) })),
      memory: all.flatMap(([name, size]): Drawn[] =>
        size === null ? [] : [{ metric: "pve_memory_usage_bytes", ...of(name), per: size }],
      ),
    };
  }, [known]);
  return (
    <div className={classes.hours}>
      <Panel title="How busy the nodes were" aside={<TimeBar time={time} onTime={onTime} />}>
        <div className={classes.charts}>
          {[
            { title: "CPU in use", drawn: cpu },
            { title: "Memory in use", drawn: memory },
          ].map(({ title, drawn }) => (
            <div key={title}>
              <HistoryChart title={title} drawn={drawn} unit="share" time={time} onTime={onTime} />
              <Happenings time={time} />
            </div>
          ))}
        </div>
      </Panel>
    </div>
  );
};
