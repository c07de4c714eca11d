import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { span } from "../../figures/span.ts";
import { Ago } from "../../live/ago.tsx";
import { Mark } from "../../marks/mark.tsx";
import { useCluster } from "../../routes/use-cluster.ts";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { SmallTable } from "../../table/small-table.tsx";
import classes from "./settings.module.css";

const Connection = ({ cluster: { kind, trouble } }: { readonly cluster: Api<"ClusterBrief"> }) => {
  if (trouble !== undefined)
    return (
      <>
        <Mark tone="bad">does not answer</Mark> since <Ago at={trouble.since} />: {trouble.why}
      </>
    );
  return kind === "read" ? <Mark tone="good">answers</Mark> : <Mark tone="busy">asked for the first time</Mark>;
};

/** Parts of the cluster that are not known, or not newer, each with why. */
const Troubled = ({ sections }: { readonly sections: readonly Api<"Section">[] }) => {
  const troubled = sections.filter(
    ({ kind, why }) => kind === "unreachable" || (kind === "observed" && why !== undefined),
  );
  if (troubled.length === 0) return <p className={classes.soft}>Every part that is asked for was answered.</p>;
  return (
    <ul className={classes.troubles}>
      {troubled.map(({ name, kind, ageSeconds, why }) => (
        <li key={name}>
          <Mark tone={kind === "unreachable" ? "bad" : "warn"}>{name}</Mark>{" "}
          <span className={classes.soft}>
            {ageSeconds === undefined ? "" : `${span(ageSeconds * 1000)} old: `}
            {why}
          </span>
        </li>
      ))}
    </ul>
  );
};

/** The clusters that this server watches, and whether that works. */
export const Clusters = () => {
  const here = useCluster();
  const clusters = useQuery(read("listClusters", {}));
  const state = useQuery(read("getClusterState", { path: { cluster: here } }));
  return (
    <Panel title="Clusters" aside="connections and declarations are set where the server starts" flush>
      <Shown query={clusters}>
        {({ clusters: all }) => (
          <SmallTable label="Clusters" head={["Cluster", "Connection", "Seen", "Declaration"]}>
            {all.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <Link to="/c/$cluster" params={{ cluster: one.id }}>
                    {one.id}
                  </Link>
                  {one.name === undefined || one.name === one.id ? null : (
                    <span className={classes.soft}> calls itself {one.name}</span>
                  )}
                </th>
                <td>
                  <Connection cluster={one} />
                </td>
                <td>{one.readAt === undefined ? "not yet" : <Ago at={one.readAt} />}</td>
                <td>{one.declared ? "given" : <span className={classes.soft}>none</span>}</td>
              </tr>
            ))}
          </SmallTable>
        )}
      </Shown>
      <div className={classes.inset}>
        <Shown query={state}>
          {({ release, requests, sections }) => (
            <>
              <p className={classes.soft}>
                {here}: Proxmox VE {release ?? "of unknown release"}, {requests}{" "}
                {requests === 1 ? "request" : "requests"} in the last look
              </p>
              <Troubled sections={sections} />
            </>
          )}
        </Shown>
      </div>
    </Panel>
  );
};
