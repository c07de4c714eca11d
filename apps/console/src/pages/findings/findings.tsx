import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { Ago } from "../../live/ago.tsx";
import { useCluster } from "../../routes/use-cluster.ts";
import { Beside } from "../../shell/beside.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { useChosen } from "../../table/chosen.ts";
import { Listing } from "../../table/listing.tsx";
import { Objectives } from "../overview/objectives.tsx";
import { findingColumns, findingExamples, findingFields } from "./finding-columns.tsx";
import { FindingDetail } from "./finding-detail.tsx";
import { type FindingRow, findingRows } from "./finding-row.ts";

const keyOf = ({ key }: FindingRow): string => key;

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? "" : "s"}`;

const headline = (findings: readonly Api<"Finding">[]): string => {
  const of = (severity: Api<"Finding">["severity"]): number =>
    findings.filter((one) => one.severity === severity && one.waived === undefined).length;
  const waived = findings.filter((one) => one.waived !== undefined).length;
  if (findings.length === 0) return "Every claim holds";
  const counted = `${count(of("error"), "error")}, ${count(of("warning"), "warning")}, ${count(of("note"), "note")}`;
  return waived === 0 ? counted : `${counted}, ${waived} waived`;
};

export const Findings = () => {
  const cluster = useCluster();
  const query = useQuery(read("listFindings", { path: { cluster }, query: { limit: 10_000 } }));
  const objectives = useQuery(read("listObjectives", { path: { cluster } }));
  const { chosen, hrefOf, close } = useChosen();
  const rows = useMemo(() => findingRows(query.data?.findings ?? []), [query.data]);
  const columns = useMemo(() => findingColumns(hrefOf), [hrefOf]);
  const told = chosen === undefined ? undefined : rows.find(({ key }) => key === chosen);
  return (
    <>
      <PageHead
        title={query.data === undefined ? "Findings" : headline(query.data.findings)}
        about={
          <>
            Claims of the declaration that do not hold, or cannot be shown to
            {query.data === undefined ? null : (
              <>
                ; checked <Ago at={query.data.at} />
              </>
            )}
          </>
        }
      />
      <Beside
        asked={told !== undefined}
        told={
          told === undefined ? (
            <Panel title="Objectives" flush>
              <Objectives query={objectives} />
            </Panel>
          ) : (
            <FindingDetail finding={told} close={close} />
          )
        }
      >
        <Shown query={query} loading={<Loading lines={16} />}>
          {() => (
            <Listing
              noun="findings"
              rows={rows}
              columns={columns}
              fields={findingFields}
              sort="severity"
              examples={findingExamples}
              keyOf={keyOf}
              hrefOf={(row) => hrefOf(row.key)}
              empty={
                <Standing icon="check" tone="good" title="Every claim holds">
                  What could be checked of the declaration is true.
                </Standing>
              }
            />
          )}
        </Shown>
      </Beside>
    </>
  );
};
