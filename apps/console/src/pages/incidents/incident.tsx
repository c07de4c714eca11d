import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDenial } from "../../access/use-denial.ts";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { wholeMoment } from "../../figures/moment.ts";
import { Ago } from "../../live/ago.tsx";
import { incidentSaid } from "../../marks/alert-words.ts";
import { Document } from "../../marks/document.tsx";
import { Mark } from "../../marks/mark.tsx";
import { alertSeverityWords } from "../../marks/words.ts";
import { KnownLink } from "../../shell/known-link.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { SubjectLink } from "../../subjects/subject-link.tsx";
import { AddEntry } from "./add-entry.tsx";
import classes from "./incident.module.css";
import { Timeline } from "./timeline.tsx";

const route = getRouteApi("/c/$cluster/incidents/$incident");

type Incident = Api<"Incident">;

const standings: Readonly<Record<Incident["state"], (incident: Incident) => ReactNode>> = {
  open: ({ firing }) => `${firing} ${firing === 1 ? "alert of it fires" : "alerts of it fire"}`,
  calm: ({ since }) => (
    <>
      nothing of it fires any more, since <Ago at={since} />; it is still to be closed
    </>
  ),
  closed: ({ since }) => (
    <>
      closed <Ago at={since} />
    </>
  ),
};

/** The procedure that answers it, with its steps as they are declared. */
const Response = ({ response }: Pick<Incident, "response">) =>
  response === undefined ? (
    <Standing icon="question" title="No procedure answers it">
      The declaration names none for what fired. Procedures stand with the thresholds under monitoring.
    </Standing>
  ) : (
    <>
      <p className={classes.procedure}>
        <strong>{response.id}</strong> {response.title}
      </p>
      {response.steps.length === 0 ? (
        <p className={classes.soft}>
          {response.document === undefined
            ? "Its steps are not declared, and no document is named."
            : "Its steps stand in its document:"}
        </p>
      ) : (
        <ol className={classes.steps}>
          {response.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {response.document === undefined ? null : (
        <p className={classes.document}>
          <Document place={response.document} />
        </p>
      )}
    </>
  );

const Findings = ({ cluster, findings }: { readonly cluster: string; readonly findings: Incident["findings"] }) =>
  findings.length === 0 ? (
    <Standing icon="findings" title="Nothing was known to be wrong around it">
      No finding named what it is about when it was opened.
    </Standing>
  ) : (
    <ul className={classes.findings}>
      {findings.map(({ rule, subject, why }) => (
        <li key={`${rule} ${subject} ${why}`}>
          <KnownLink
            href={`${addressOf.page(cluster, "findings")}?filter=${encodeURIComponent(`rule:${rule}`)}`}
            className={classes.rule}
          >
            {rule}
          </KnownLink>{" "}
          <span className={classes.soft}>{subject}</span>
          <p>{why}</p>
        </li>
      ))}
    </ul>
  );

const Page = ({ cluster, incident }: { readonly cluster: string; readonly incident: Incident }) => {
  const denied = useDenial("operator");
  const { tone, word } = incidentSaid(incident);
  const grade = alertSeverityWords[incident.severity];
  return (
    <>
      <PageHead
        title={
          <span className={classes.title}>
            <SubjectLink cluster={cluster} subject={incident.subject} className={classes.subject ?? ""} />
            <Mark tone={tone} filled>
              {word}
            </Mark>
            {incident.state === "open" ? (
              <Mark tone={grade.tone} filled>
                {grade.word}
              </Mark>
            ) : null}
          </span>
        }
        about={
          <>
            Opened <Ago at={incident.opened} />, {wholeMoment(incident.opened)}; {standings[incident.state](incident)}
          </>
        }
      >
        <Link to={addressOf.page(cluster, "incidents")}>All incidents</Link>
      </PageHead>
      <div className={classes.page}>
        <div className={classes.column}>
          <Panel title="What happened">
            {incident.state === "closed" ? null : <AddEntry cluster={cluster} incident={incident} denied={denied} />}
            <Timeline entries={incident.timeline} />
          </Panel>
        </div>
        <div className={classes.column}>
          <Panel title="Response">
            <Response {...(incident.response === undefined ? {} : { response: incident.response })} />
          </Panel>
          <Panel
            title="Findings around it"
            aside={incident.findings.length === 0 ? undefined : "as they were when it was opened"}
          >
            <Findings cluster={cluster} findings={incident.findings} />
          </Panel>
        </div>
      </div>
    </>
  );
};

export const Incident = () => {
  const { cluster, incident } = route.useParams();
  const query = useQuery(read("getIncident", { path: { cluster, incident } }));
  return (
    <>
      {query.data === undefined ? <PageHead title="Incident" about={incident} /> : null}
      <Shown query={query} loading={<Loading lines={10} />}>
        {(found) => <Page cluster={cluster} incident={found} />}
      </Shown>
    </>
  );
};
