import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { read } from "../../api/read.ts";
import { serverNow } from "../../api/server-time.ts";
import { useMeasured } from "../../detail/measured.ts";
import { useCluster } from "../../routes/use-cluster.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { Listing } from "../../table/listing.tsx";
import { nodeColumns } from "./node-columns.tsx";
import { type NodeRow, nodeFields, nodeMetrics, nodeRow } from "./node-row.ts";
import { votesOf } from "./rows.ts";

const keyOf = ({ name }: NodeRow): string => name;

export const Nodes = () => {
  const cluster = useCluster();
  const nodes = useQuery(read("listNodes", { path: { cluster } }));
  const state = useQuery(read("getClusterState", { path: { cluster } }));
  const voters = useQuery(read("getPart", { path: { cluster, part: "votes" } }));
  const measured = useMeasured(nodeMetrics);
  const columns = useMemo(() => nodeColumns(cluster), [cluster]);
  const hrefOf = useCallback(({ name }: NodeRow) => addressOf.node(cluster, name), [cluster]);
  const votes = votesOf(voters.data);
  const quorum = state.data?.quorum;
  const about =
    quorum?.quorate === undefined
      ? "Whether the cluster is quorate is not known"
      : quorum.quorate
        ? `Quorate${quorum.votes === undefined ? "" : `: ${quorum.online ?? "?"} of ${quorum.votes} votes are there, ${Math.floor(quorum.votes / 2) + 1} are needed`}`
        : "Not quorate: nothing can be started, moved or changed";
  return (
    <>
      <PageHead title="Nodes" about={about} />
      <Shown query={nodes} loading={<Loading lines={8} />}>
        {({ nodes: all }) => (
          <Listing
            noun="nodes"
            rows={all.map((node) => nodeRow(node, measured, votes, serverNow()))}
            columns={columns}
            fields={nodeFields}
            sort="name"
            keyOf={keyOf}
            hrefOf={hrefOf}
            examples={[
              ["mem>80%", "short of memory"],
              ["-status:online", "not there"],
              ["updates>0", "with updates that wait"],
            ]}
            empty={
              <Standing icon="nodes" title="No node is known">
                The cluster listed none yet.
              </Standing>
            }
          />
        )}
      </Shown>
    </>
  );
};
