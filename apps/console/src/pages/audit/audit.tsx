import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { read } from "../../api/read.ts";
import { moment, wholeMoment } from "../../figures/moment.ts";
import { useNow } from "../../live/use-now.ts";
import { Mark } from "../../marks/mark.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { SmallTable } from "../../table/small-table.tsx";
import { type Act, actsOf } from "./acts.ts";
import classes from "./audit.module.css";

const pageSize = 100;

const Outcome = ({ outcome }: { readonly outcome: Act["outcome"] }) => {
  switch (outcome.kind) {
    case "done":
      return <Mark tone="good">done</Mark>;
    case "begun":
      return <Mark tone="dim">begun, no end here</Mark>;
    case "refused":
    case "failed":
      return (
        <>
          <Mark tone={outcome.kind === "refused" ? "warn" : "bad"}>
            {outcome.kind === "refused" ? "refused" : `failed (${outcome.status})`}
          </Mark>
          {outcome.why === undefined ? null : <span className={classes.soft}> {outcome.why}</span>}
        </>
      );
  }
};

const Acts = ({ acts }: { readonly acts: readonly Act[] }) => {
  const now = useNow();
  return (
    <SmallTable label="Audit trail" head={["When", "Outcome", "Who", "What", "From", "No."]}>
      {acts.map(({ entry, outcome }) => (
        <tr key={entry.number}>
          <td className={classes.when}>
            <time dateTime={new Date(entry.at).toISOString()} title={wholeMoment(entry.at)}>
              {moment(entry.at, now)}
            </time>
          </td>
          <td className={classes.outcome}>
            <Outcome outcome={outcome} />
          </td>
          <th scope="row">{entry.who}</th>
          <td className={classes.what}>
            {entry.what}
            <span className={classes.path}>{entry.path}</span>
          </td>
          <td className={classes.number}>{entry.from}</td>
          <td className={classes.number}>{entry.number}</td>
        </tr>
      ))}
    </SmallTable>
  );
};

/** Who changed what, or tried to, the newest first: of all clusters, since it is the server's trail. */
export const Audit = () => {
  const { before } = useSearch({ from: "/c/$cluster/audit" });
  const navigate = useNavigate();
  const audit = useQuery({
    ...read("listAudit", { query: { limit: pageSize, ...(before === undefined ? {} : { before }) } }),
    ...(before === undefined ? { refetchInterval: 10_000 } : {}),
  });
  const go = (to: number | undefined): void =>
    void navigate({ to: ".", search: to === undefined ? {} : { before: to } });
  const oldest = audit.data?.entries.at(-1)?.number;
  return (
    <>
      <PageHead title="Audit" about="Every change and every refusal of access on this server">
        <Button variant="default" size="xs" disabled={before === undefined} onClick={() => go(undefined)}>
          Newest
        </Button>
        <Button variant="default" size="xs" disabled={oldest === undefined || oldest <= 1} onClick={() => go(oldest)}>
          Older
        </Button>
      </PageHead>
      <Shown query={audit} loading={<Loading lines={16} />}>
        {({ entries }) => (
          <Panel
            title={before === undefined ? "The newest entries" : `Entries before ${before}`}
            aside="of what is kept in a store, orrery audit verify tells whether any was changed"
            flush
          >
            {entries.length === 0 ? (
              <div className={classes.inset}>
                <Standing icon="audit" title="There is no entry">
                  {before === undefined ? "Nobody changed anything yet." : "The trail begins after this."}
                </Standing>
              </div>
            ) : (
              <Acts acts={actsOf(entries)} />
            )}
          </Panel>
        )}
      </Shown>
    </>
  );
};
