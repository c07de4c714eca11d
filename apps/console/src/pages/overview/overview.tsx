import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/read.ts";
import { useCluster } from "../../routes/use-cluster.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Shown } from "../../states/shown.tsx";

export const Overview = () => {
  const cluster = useCluster();
  const nodes = useQuery(read("listNodes", { path: { cluster } }));
  return (
    <>
      <PageHead title="Overview" />
      <Shown query={nodes}>
        {({ nodes: all }) => (
          <ul>
            {all.map(({ name, status }) => (
              <li key={name}>
                <b>{name}</b> {status}
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </>
  );
};
