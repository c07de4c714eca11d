import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Api, Reply } from "../../api/client.ts";
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

const shown = 10;

type Findings = { readonly cluster: string; readonly overview: UseQueryResult<Reply<"getOverview">> };

/** The findings of one rule, told by the first of them. They come in the order of what matters most. */
const byRule = (findings: readonly Api<"Finding">[]) =>
  [...Map.groupBy(findings, ({ rule }) => rule).values()].flatMap((those) => {
    const [first] = those;
    return first === undefined ? [] : [{ first, count: those.length }];
  });

/** How many claims do not hold, and the rules that they break. */
export const Findings = ({ cluster, overview }: Findings) => {
  const query = useQuery(read("listFindings", { path: { cluster }, query: { limit: 1000, waived: "false" } }));
  const counts = overview.data?.findings;
  const home = addressOf.page(cluster, "findings");
  return (
    <Panel
      title="Findings"
      aside={
        counts === undefined ? null : (
          <span className={classes.counts}>
            <Mark tone={severityWords.error.tone}>{counts.error}</Mark>
            <Mark tone={severityWords.warning.tone}>{counts.warning}</Mark>
            <KnownLink href={home}>{counts.error + counts.warning + counts.note} in all</KnownLink>
          </span>
        )
      }
    >
      <Shown query={query} loading={<Loading lines={8} />}>
        {({ findings }) => {
          const rules = byRule(findings);
          if (rules.length === 0)
            return (
              <Standing icon="check" tone="good" title="Every claim holds">
                What could be checked of the declaration is true.
              </Standing>
            );
          return (
            <ul className={classes.findings}>
              {rules.slice(0, shown).map(({ first: { rule, severity, why }, count }) => (
                <li key={rule} className={classes.finding} title={why}>
                  <span className={classes.head}>
                    <Mark tone={severityWords[severity].tone}>{severityWords[severity].word}</Mark>
                    <KnownLink href={`${home}?rule=${encodeURIComponent(rule)}`} className={classes.rule}>
                      {rule}
                    </KnownLink>
                    <span className={classes.count}>{count === 1 ? "" : count}</span>
                  </span>
                  <span className={classes.why}>{why}</span>
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </Panel>
  );
};
