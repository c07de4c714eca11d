import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo } from "react";
import type { Reply } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { useCluster } from "../../routes/use-cluster.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Failed } from "../../states/failed.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { StaleNote } from "../../states/stale-note.tsx";
import { Standing } from "../../states/standing.tsx";
import classes from "./topology.module.css";
import { Vlans } from "./vlans.tsx";
import { WhatIf } from "./what-if.tsx";

// The library of graphs is as large as the rest of the page: words first.
const Graph = lazy(() => import("./graph.tsx").then(({ Graph: component }) => ({ default: component })));

const Legend = () => (
  <ul className={classes.legend} aria-label="Legend">
    <li>
      <span className={classes.swatch} data-blow="fails" /> fails
    </li>
    <li>
      <span className={classes.swatch} data-blow="cut" /> isolated, or without quorum
    </li>
    <li>
      <span className={classes.swatch} data-blow="hurt" /> loses guests or a storage
    </li>
    <li>
      <span className={classes.dash} data-line="dead" /> carries nothing any more
    </li>
    <li>
      <span className={classes.dash} data-line="vague" /> not all is known of it
    </li>
  </ul>
);

const Declared = ({ topology }: { readonly topology: Reply<"getTopology"> }) => {
  const cluster = useCluster();
  const failures = useQuery(read("listFailures", { path: { cluster } }));
  const { fails } = useSearch({ from: "/c/$cluster/topology" });
  const navigate = useNavigate();
  const choose = useCallback(
    (component: string | undefined) =>
      void navigate({
        to: ".",
        search: component === undefined ? {} : { fails: component },
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const all = failures.data?.failures;
  const canFail = useMemo(() => new Set(all?.map(({ component }) => component)), [all]);
  const failure = all?.find(({ component }) => component === fails);
  return (
    <>
      <div className={classes.board}>
        <div className={classes.stage}>
          <Suspense fallback={<div className={classes.graph} />}>
            <Graph topology={topology} failure={failure} canFail={canFail} choose={choose} />
          </Suspense>
          <Legend />
        </div>
        {all === undefined ? (
          <Panel title="What if this fails">
            {failures.isError ? <Failed error={failures.error} again={() => void failures.refetch()} /> : <Loading />}
          </Panel>
        ) : (
          <div>
            {failures.isError ? <StaleNote at={failures.dataUpdatedAt} why={failures.error.message} /> : null}
            <WhatIf failures={all} failure={failure} choose={choose} />
          </div>
        )}
      </div>
      <Vlans topology={topology} />
    </>
  );
};

const nothingFails: ReadonlySet<string> = new Set();

const Observed = ({ topology }: { readonly topology: Reply<"getTopology"> }) => (
  <div className={classes.stage}>
    <Standing icon="question" title="Nodes and their bridges are all that is known">
      No declaration says which switches there are and where cables end, so what a failure takes with it cannot be
      computed.
    </Standing>
    {topology.parts.length === 0 ? null : (
      <Suspense fallback={<div className={classes.graph} />}>
        <Graph topology={topology} failure={undefined} canFail={nothingFails} choose={() => undefined} />
      </Suspense>
    )}
  </div>
);

/** How everything hangs together, and what each single failure takes with it. */
export const Topology = () => {
  const cluster = useCluster();
  const topology = useQuery(read("getTopology", { path: { cluster } }));
  return (
    <>
      <PageHead
        title="Topology"
        about={
          topology.data?.source === "observed"
            ? "Nodes and bridges, as the cluster tells them"
            : "Switches, links and nodes as declared, and what each single failure takes with it"
        }
      />
      <Shown query={topology} loading={<Loading lines={12} />}>
        {(data) => (
          <div className={classes.page}>
            {data.source === "declared" ? <Declared topology={data} /> : <Observed topology={data} />}
          </div>
        )}
      </Shown>
    </>
  );
};
