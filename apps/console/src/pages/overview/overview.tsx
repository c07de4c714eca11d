import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/read.ts";
import { useCluster } from "../../routes/use-cluster.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Alerts } from "./alerts.tsx";
import { ClusterMap } from "./cluster-map.tsx";
import { Findings } from "./findings.tsx";
import { Headline } from "./headline.tsx";
import { LastHours } from "./last-hours.tsx";
import { Losses } from "./losses.tsx";
import { Objectives } from "./objectives.tsx";
import classes from "./overview.module.css";
import { Tasks } from "./tasks.tsx";
import { Vitals } from "./vitals.tsx";

/** What breaks my objectives now? */
export const Overview = () => {
  const cluster = useCluster();
  const path = { cluster };
  const state = useQuery(read("getClusterState", { path }));
  const overview = useQuery(read("getOverview", { path }));
  const objectives = useQuery(read("listObjectives", { path }));
  const nodes = useQuery(read("listNodes", { path }));
  const guests = useQuery(read("listGuests", { path, query: { limit: 10_000 } }));
  return (
    <>
      <PageHead
        title={<Headline objectives={objectives} state={state} />}
        about={state.data === undefined ? "Looking" : aboutOf(state.data)}
      />
      <div className={classes.page}>
        <Vitals state={state} overview={overview} nodes={nodes} />
        <div className={classes.wide}>
          <Panel title="Nodes and their guests" aside="Height is memory, colour is load">
            <Shown query={nodes} loading={<Loading lines={9} />}>
              {({ nodes: all }) => (
                <Shown query={guests} loading={<Loading lines={9} />}>
                  {({ guests: each }) => <ClusterMap cluster={cluster} nodes={all} guests={each} />}
                </Shown>
              )}
            </Shown>
          </Panel>
          <Findings cluster={cluster} overview={overview} />
        </div>
        <div className={classes.beside}>
          <Alerts cluster={cluster} />
          <Panel title="Objectives" flush>
            <Objectives query={objectives} />
          </Panel>
          <Panel title="If a node is lost" aside="memory given, of what is left">
            <Losses query={overview} />
          </Panel>
          <Tasks cluster={cluster} />
        </div>
        <LastHours nodes={nodes} />
      </div>
    </>
  );
};

const aboutOf = ({ name, id, release, declared }: { name?: string; id: string; release?: string; declared: boolean }) =>
  [
    name ?? id,
    release === undefined ? undefined : `Proxmox VE ${release}`,
    declared ? undefined : "no declaration is given",
  ]
    .filter((one) => one !== undefined)
    .join(" · ");
