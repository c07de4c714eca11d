import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { read } from "../../api/read.ts";
import { Ago } from "../../live/ago.tsx";
import { incidentSaid } from "../../marks/alert-words.ts";
import { Mark } from "../../marks/mark.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import classes from "./open-incidents.module.css";

const shown = 8;

/** Incidents that nobody closed yet. */
export const OpenIncidents = ({ cluster }: { readonly cluster: string }) => {
  const query = useQuery(read("listIncidents", { path: { cluster }, query: { limit: 100 } }));
  return (
    <Panel title="Incidents" aside={<Link to={addressOf.page(cluster, "incidents")}>all</Link>}>
      <Shown query={query} loading={<Loading lines={3} />}>
        {({ incidents }) => {
          const open = incidents.filter(({ state }) => state !== "closed");
          return open.length === 0 ? (
            <Standing icon="check" tone="good" title="No incident is open">
              A grave alert opens one by itself.
            </Standing>
          ) : (
            <ul className={classes.incidents}>
              {open
                .toSorted((one, other) => Number(one.state === "calm") - Number(other.state === "calm"))
                .slice(0, shown)
                .map((incident) => {
                  const { tone, word } = incidentSaid(incident);
                  return (
                    <li key={incident.id} className={classes.incident}>
                      <Mark tone={tone}>{word}</Mark>
                      <Link to={addressOf.incident(cluster, incident.id)} className={classes.subject}>
                        {incident.subject}
                      </Link>
                      <span className={classes.since}>
                        <Ago at={incident.opened} />
                      </span>
                      <span className={classes.procedure}>
                        {incident.procedure ?? "no procedure is declared for it"}
                        {incident.firing === 0 ? "" : `, ${incident.firing} firing`}
                      </span>
                    </li>
                  );
                })}
              {open.length > shown ? <li className={classes.more}>and {open.length - shown} more</li> : null}
            </ul>
          );
        }}
      </Shown>
    </Panel>
  );
};
