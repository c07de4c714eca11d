import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Reply } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { Mark } from "../../marks/mark.tsx";
import { severityWords } from "../../marks/words.ts";
import { KnownLink } from "../../shell/known-link.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import classes from "./findings.module.css";

const shown = 5;

type Findings = { readonly cluster: string; readonly overview: UseQueryResult<Reply<"getOverview">> };

/** How many claims do not hold, and the first that matter most. */
export const Findings = ({ cluster, overview }: Findings) => {
  const query = useQuery(read("listFindings", { path: { cluster }, query: { limit: shown, waived: "false" } }));
  const counts = overview.data?.findings;
  return (
    <Panel
      title="Findings"
      aside={
        counts === undefined ? null : (
          <span className={classes.counts}>
            <Mark tone={severityWords.error.tone}>{counts.error}</Mark>
            <Mark tone={severityWords.warning.tone}>{counts.warning}</Mark>
            <KnownLink href={addressOf.page(cluster, "findings")}>
              {counts.error + counts.warning + counts.note} in all
            </KnownLink>
          </span>
        )
      }
    >
      <Shown query={query} loading={<Loading lines={8} />}>
        {({ findings }) =>
          findings.length === 0 ? (
            <Standing icon="check" tone="good" title="Every claim holds">
              What could be checked of the declaration is true.
            </Standing>
          ) : (
            <ul className={classes.findings}>
              {findings.map(({ rule, subject, severity, why }) => (
                <li key={`${rule} ${subject} ${why}`} className={classes.finding}>
                  <span className={classes.head}>
                    <Mark tone={severityWords[severity].tone}>{severityWords[severity].word}</Mark>
                    <span className={classes.rule}>{rule}</span>
                  </span>
                  <span className={classes.why}>{why}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Panel>
  );
};
