import { useNavigate, useSearch } from "@tanstack/react-router";
import { type Drawn, HistoryChart } from "../charts/history-chart.tsx";
import type { Threshold } from "../charts/plot.ts";
import { TimeBar } from "../charts/time-bar.tsx";
import { readTimeSearch, type TimeSearch } from "../charts/time-range.ts";
import type { Unit } from "../charts/unit.ts";
import { Panel } from "../shell/panel.tsx";
import classes from "./detail.module.css";

export type ChartOf = {
  readonly title: string;
  readonly unit: Unit;
  /** Made once, or remembered. */
  readonly drawn: readonly Drawn[];
  readonly thresholds?: readonly Threshold[];
};

const timeNames = ["span", "from", "to", "compare"];

/** How a subject went over time, in the stretch that the address has. */
export const Charts = ({ charts }: { readonly charts: readonly ChartOf[] }) => {
  const search: Record<string, unknown> = useSearch({ strict: false, structuralSharing: false });
  const navigate = useNavigate();
  const time = readTimeSearch(search);
  const onTime = (next: TimeSearch): void => {
    const others = Object.fromEntries(Object.entries(search).filter(([name]) => !timeNames.includes(name)));
    void navigate({ to: ".", search: { ...others, ...next }, replace: true, resetScroll: false });
  };
  return (
    <Panel title="Over time" aside={<TimeBar time={time} onTime={onTime} />}>
      <div className={classes.charts}>
        {charts.map((one) => (
          <HistoryChart key={one.title} {...one} height={140} time={time} onTime={onTime} />
        ))}
      </div>
    </Panel>
  );
};
