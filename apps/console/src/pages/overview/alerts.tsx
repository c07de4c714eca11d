import { useQuery } from "@tanstack/react-query";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { Ago } from "../../live/ago.tsx";
import { Mark } from "../../marks/mark.tsx";
import { alertSeverityWords } from "../../marks/words.ts";
import { KnownLink } from "../../shell/known-link.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import classes from "./alerts.module.css";

const shown = 6;

const Row = ({ alert }: { readonly alert: Api<"Alert"> }) => {
  const { severity, summary, subject, since, rule, because } = alert;
  const { tone, word } = alertSeverityWords[severity];
  return (
    <li className={classes.alert} title={because}>
      <Mark tone={tone}>{word}</Mark>
      <span className={classes.what}>{summary}</span>
      <span className={classes.subject}>
        {subject} · {rule}
      </span>
      <span className={classes.since}>
        <Ago at={since} />
      </span>
    </li>
  );
};

const asideOf = (firing: number, pending: number, quiet: number): string =>
  [
    firing === 0 ? undefined : `${firing} open`,
    pending === 0 ? undefined : `${pending} about to be`,
    quiet === 0 ? undefined : `${quiet} quiet`,
  ]
    .filter((one) => one !== undefined)
    .join(", ");

/** What fires now, the gravest first; what nobody is told of is counted. */
export const Alerts = ({ cluster }: { readonly cluster: string }) => {
  const query = useQuery(read("listAlerts", { path: { cluster } }));
  const all = query.data?.alerts ?? [];
  const loud = all.filter(({ state, quiet }) => state === "firing" && quiet === undefined);
  const pending = all.filter(({ state, quiet }) => state === "pending" && quiet === undefined);
  const quiet = all.filter(
    ({ state, quiet: why }) => state === "firing" && why !== undefined && why.kind !== "statement",
  );
  return (
    <Panel
      title="Alerts"
      aside={
        <KnownLink href={addressOf.page(cluster, "alerts")}>
          {asideOf(loud.length, pending.length, quiet.length)}
        </KnownLink>
      }
    >
      <Shown query={query} loading={<Loading lines={3} />}>
        {({ at }) =>
          at === undefined ? (
            <Standing icon="clock" title="Not known yet">
              No look at the cluster was judged so far.
            </Standing>
          ) : loud.length === 0 ? (
            <Standing icon="check" tone="good" title="No alert is open">
              Judged <Ago at={at} />.
            </Standing>
          ) : (
            <ul className={classes.alerts}>
              {loud.slice(0, shown).map((alert) => (
                <Row key={alert.id} alert={alert} />
              ))}
              {loud.length > shown ? <li className={classes.more}>and {loud.length - shown} more</li> : null}
            </ul>
          )
        }
      </Shown>
    </Panel>
  );
};
