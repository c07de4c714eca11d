import type { Api } from "../../api/client.ts";
import { Mark } from "../../marks/mark.tsx";
import { alertSeverityWords } from "../../marks/words.ts";
import { Panel } from "../../shell/panel.tsx";
import classes from "./alert-row.module.css";
import { AlertRow } from "./alert-row.tsx";

type Alert = Api<"Alert">;

type AlertGroups = {
  readonly cluster: string;
  readonly alerts: readonly Alert[];
  readonly denied: string | undefined;
  readonly silence: (labels: Alert["labels"]) => void;
};

const severities = ["critical", "warning", "info", "none"] as const satisfies readonly Alert["severity"][];

/** Loud ones first, then what is about to be, then what nobody is told of. */
const place = ({ state, quiet }: Alert): number => (quiet !== undefined ? 2 : state === "pending" ? 1 : 0);

const countsOf = (alerts: readonly Alert[]): string => {
  const of = (wanted: number): number => alerts.filter((one) => place(one) === wanted).length;
  return [[of(0), "open"] as const, [of(1), "pending"] as const, [of(2), "quiet"] as const]
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
};

/** Alerts by how grave they are, and below them what is over. */
export const AlertGroups = ({ cluster, alerts, denied, silence }: AlertGroups) => {
  const open = alerts.filter(({ state }) => state !== "resolved");
  const over = alerts.filter(({ state }) => state === "resolved");
  const rowsOf = (those: readonly Alert[]) => (
    <ul className={classes.rows}>
      {those.map((alert) => (
        <AlertRow key={alert.id} cluster={cluster} alert={alert} denied={denied} silence={silence} />
      ))}
    </ul>
  );
  return (
    <>
      {severities.map((severity) => {
        const those = open.filter((one) => one.severity === severity);
        const { tone, word } = alertSeverityWords[severity];
        return those.length === 0 ? null : (
          <Panel
            key={severity}
            title={
              <Mark tone={tone}>
                <span className={classes.severity}>
                  {severity === "none" ? "Statements that others depend on" : word}
                </span>
              </Mark>
            }
            aside={countsOf(those)}
            flush
          >
            {rowsOf(those.toSorted((one, other) => place(one) - place(other) || other.since - one.since))}
          </Panel>
        );
      })}
      {over.length === 0 ? null : (
        <Panel title="Over a short while ago" aside={over.length} flush>
          {rowsOf(over)}
        </Panel>
      )}
    </>
  );
};
