import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { GuardedButton } from "../../access/guarded-button.tsx";
import { useDenial } from "../../access/use-denial.ts";
import type { Api, Reply } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { Ago } from "../../live/ago.tsx";
import { useCluster } from "../../routes/use-cluster.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { OpenIncidents } from "../incidents/open-incidents.tsx";
import { AlertGroups } from "./alert-groups.tsx";
import { AlertHistory } from "./alert-history.tsx";
import classes from "./alerts.module.css";
import { type Matcher, matchersOf } from "./matcher.ts";
import { SilenceDialog } from "./silence-dialog.tsx";
import { Silences } from "./silences.tsx";

const headline = (alerts: readonly Api<"Alert">[]): string => {
  const firing = alerts.filter(({ state, quiet }) => state === "firing" && quiet === undefined);
  const critical = firing.filter(({ severity }) => severity === "critical").length;
  const pending = alerts.filter(({ state, quiet }) => state === "pending" && quiet === undefined).length;
  const fires =
    firing.length === 0
      ? "No alert is open"
      : `${firing.length} ${firing.length === 1 ? "alert is" : "alerts are"} open${critical === 0 ? "" : `, ${critical} critical`}`;
  return pending === 0 ? fires : `${fires}, ${pending} pending`;
};

const Judged = ({ told: { at, openWindows } }: { readonly told: Reply<"listAlerts"> }) => (
  <>
    {at === undefined ? (
      "No look at the cluster was judged so far"
    ) : (
      <>
        Judged <Ago at={at} />
      </>
    )}
    {openWindows.length === 0 ? "" : `; open for maintenance: ${openWindows.join(", ")}`}
  </>
);

export const Alerts = () => {
  const cluster = useCluster();
  const query = useQuery(read("listAlerts", { path: { cluster } }));
  const denied = useDenial("operator");
  const [silencing, setSilencing] = useState<readonly Matcher[] | undefined>(undefined);
  const all = query.data?.alerts ?? [];
  return (
    <>
      <PageHead
        title={query.data === undefined ? "Alerts" : headline(all)}
        about={query.data === undefined ? "What fires, and who is not told of it" : <Judged told={query.data} />}
      >
        <GuardedButton size="xs" variant="default" denied={denied} onClick={() => setSilencing([])}>
          Silence…
        </GuardedButton>
      </PageHead>
      <div className={classes.page}>
        <div className={classes.groups}>
          <Shown
            query={query}
            loading={
              <Panel title="Open">
                <Loading lines={8} />
              </Panel>
            }
          >
            {({ alerts, at }) =>
              alerts.length === 0 ? (
                <Panel title="Open">
                  {at === undefined ? (
                    <Standing icon="clock" title="Not known yet">
                      No look at the cluster was judged so far.
                    </Standing>
                  ) : (
                    <Standing icon="check" tone="good" title="No alert is open">
                      Every rule was held against the cluster, and none of them fires.
                    </Standing>
                  )}
                </Panel>
              ) : (
                <AlertGroups
                  cluster={cluster}
                  alerts={alerts}
                  denied={denied}
                  silence={(labels) => setSilencing(matchersOf(labels))}
                />
              )
            }
          </Shown>
        </div>
        <div className={classes.beside}>
          <OpenIncidents cluster={cluster} />
          <Silences cluster={cluster} denied={denied} />
        </div>
        <div className={classes.history}>
          <AlertHistory cluster={cluster} now={all} />
        </div>
      </div>
      {silencing === undefined ? null : (
        <SilenceDialog cluster={cluster} begin={silencing} alerts={all} close={() => setSilencing(undefined)} />
      )}
    </>
  );
};
