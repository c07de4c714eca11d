import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { useCluster } from "../../routes/use-cluster.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { Listing } from "../../table/listing.tsx";
import { incidentColumns, incidentExamples, incidentFields } from "./incident-columns.tsx";

type Brief = Api<"IncidentBrief">;
const keyOf = ({ id }: Brief): string => id;

export const Incidents = () => {
  const cluster = useCluster();
  const query = useQuery(read("listIncidents", { path: { cluster }, query: { limit: 1000 } }));
  const columns = useMemo(() => incidentColumns(cluster), [cluster]);
  const hrefOf = useCallback(({ id }: Brief) => addressOf.incident(cluster, id), [cluster]);
  return (
    <>
      <PageHead title="Incidents" about="What went wrong, the procedure that answers it, and what was done" />
      <Shown query={query} loading={<Loading lines={10} />}>
        {({ incidents }) => (
          <Listing
            noun="incidents"
            rows={incidents}
            columns={columns}
            fields={incidentFields}
            sort="-opened"
            examples={incidentExamples}
            keyOf={keyOf}
            hrefOf={hrefOf}
            empty={
              <Standing icon="check" tone="good" title="There was no incident">
                An alert that is critical or a warning opens one by itself, unless something keeps it quiet.
              </Standing>
            }
          />
        )}
      </Shown>
    </>
  );
};
