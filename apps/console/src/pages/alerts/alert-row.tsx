import { GuardedButton } from "../../access/guarded-button.tsx";
import type { Api } from "../../api/client.ts";
import { wholeMoment } from "../../figures/moment.ts";
import { span } from "../../figures/span.ts";
import { Ago } from "../../live/ago.tsx";
import { alertSaid } from "../../marks/alert-words.ts";
import { Document } from "../../marks/document.tsx";
import { Mark } from "../../marks/mark.tsx";
import { Tags } from "../../marks/tags.tsx";
import { KnownLink } from "../../shell/known-link.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { SubjectLink } from "../../subjects/subject-link.tsx";
import classes from "./alert-row.module.css";

type Alert = Api<"Alert">;

type AlertRow = {
  readonly cluster: string;
  readonly alert: Alert;
  readonly denied: string | undefined;
  readonly silence: (labels: Alert["labels"]) => void;
};

const figure = new Intl.NumberFormat("en", { maximumSignificantDigits: 4, useGrouping: false });

const When = ({ alert: { state, since, until } }: { readonly alert: Alert }) =>
  state === "resolved" && until !== undefined ? (
    <>
      <Ago at={until} />, lasted {span(until - since)}
    </>
  ) : (
    <Ago at={since} />
  );

const Facts = ({ cluster, alert, denied, silence }: AlertRow) => {
  const { rule, description, because, labels, value, since, fired, procedure, runbook, state } = alert;
  return (
    <div className={classes.facts}>
      {description === undefined ? null : <p>{description}</p>}
      {because === undefined ? null : <p>{because}</p>}
      <dl>
        <div>
          <dt>About</dt>
          <dd>
            <SubjectLink cluster={cluster} subject={alert.subject} labels={labels} />
          </dd>
        </div>
        <div>
          <dt>Rule</dt>
          <dd>{rule}</dd>
        </div>
        {value === undefined ? null : (
          <div>
            <dt>Value</dt>
            <dd>{figure.format(value)}</dd>
          </div>
        )}
        <div>
          <dt>So since</dt>
          <dd>{wholeMoment(since)}</dd>
        </div>
        {fired === undefined ? null : (
          <div>
            <dt>Fired</dt>
            <dd>{wholeMoment(fired)}</dd>
          </div>
        )}
        {procedure === undefined ? null : (
          <div>
            <dt>Response</dt>
            <dd>
              <KnownLink href={`${addressOf.page(cluster, "incidents")}?filter=procedure:${procedure}`}>
                {procedure}
              </KnownLink>
            </dd>
          </div>
        )}
        {runbook === undefined ? null : (
          <div>
            <dt>Runbook</dt>
            <dd>
              <Document place={runbook} />
            </dd>
          </div>
        )}
        <div>
          <dt>Labels</dt>
          <dd className={classes.labels}>
            <Tags tags={Object.entries(labels).map(([name, text]) => `${name}=${text}`)} />
          </dd>
        </div>
      </dl>
      {state === "resolved" ? null : (
        <GuardedButton size="xs" variant="default" denied={denied} onClick={() => silence(labels)}>
          Silence this…
        </GuardedButton>
      )}
    </div>
  );
};

/** An alert in a line or two, and behind it all that is known of it. */
export const AlertRow = (given: AlertRow) => {
  const { alert } = given;
  const { tone, word } = alertSaid(alert);
  return (
    <li className={classes.item}>
      <details>
        <summary className={classes.line}>
          <span className={classes.mark}>
            <Mark tone={tone}>{word}</Mark>
          </span>
          <span className={classes.what}>{alert.summary}</span>
          <span className={classes.subject}>
            {alert.subject} · {alert.rule}
          </span>
          <span className={classes.value}>{alert.value === undefined ? "" : figure.format(alert.value)}</span>
          <span className={classes.since}>
            <When alert={alert} />
          </span>
          {alert.quiet === undefined ? null : <span className={classes.quiet}>Nobody is told: {alert.quiet.why}</span>}
        </summary>
        <Facts {...given} />
      </details>
    </li>
  );
};
