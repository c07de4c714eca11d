import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { AlertsAbout } from "../../detail/alerts-about.tsx";
import { type ChartOf, Charts } from "../../detail/charts.tsx";
import { Detail, None } from "../../detail/detail.tsx";
import { FindingsAbout } from "../../detail/findings-about.tsx";
import { Strip } from "../../detail/strip.tsx";
import { TasksAbout } from "../../detail/tasks-about.tsx";
import { share } from "../../figures/share.ts";
import { size } from "../../figures/size.ts";
import { Mark } from "../../marks/mark.tsx";
import { KnownLink } from "../../shell/known-link.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { ContentOf } from "./content-of.tsx";
import { FullIn, growthText } from "./growth-text.tsx";
import { metricIdOf, ownerOf } from "./owner.ts";
import { useGrowth } from "./use-growth.ts";

const route = getRouteApi("/c/$cluster/storage/$storage");

const chartsOf = (id: string, total: number | undefined): readonly ChartOf[] => [
  {
    title: "In use",
    unit: total === undefined ? "bytes" : "share",
    drawn: [
      { metric: "pve_disk_usage_bytes", labels: { id }, name: "used", ...(total === undefined ? {} : { per: total }) },
    ],
  },
  {
    title: "In use, in bytes",
    unit: "bytes",
    drawn: [{ metric: "pve_disk_usage_bytes", labels: { id }, name: "used" }],
  },
];

const StorageCharts = ({ id, total }: { readonly id: string; readonly total: number | undefined }) => {
  const charts = useMemo(() => chartsOf(id, total), [id, total]);
  return <Charts charts={charts} />;
};

const Told = ({ one, cluster }: { readonly one: Api<"Storage">; readonly cluster: string }) => {
  const { storage, type, shared, nodes, unavailable, used, total, content } = one;
  const node = ownerOf(one);
  const id = metricIdOf(one);
  const ids = useMemo(() => [id], [id]);
  const growth = useGrowth(cluster, ids).get(id);
  const free = used === undefined || total === undefined ? undefined : total - used;
  return (
    <>
      <PageHead
        title={storage}
        about={
          node === undefined ? (
            `${type}, shared`
          ) : (
            <>
              {type} of <KnownLink href={addressOf.node(cluster, node)}>{node}</KnownLink>
            </>
          )
        }
      >
        {unavailable.length === 0 ? (
          <Mark tone="good" filled>
            available
          </Mark>
        ) : (
          <Mark tone="bad" filled>{`not on ${unavailable.join(", ")}`}</Mark>
        )}
      </PageHead>
      <Detail
        top={
          <Strip
            figures={[
              {
                name: "In use",
                figure: used === undefined || total === undefined || total === 0 ? undefined : share(used / total),
                part: used === undefined || total === undefined || total === 0 ? undefined : used / total,
                about: used === undefined ? undefined : size(used),
              },
              { name: "Size", figure: total === undefined ? undefined : size(total) },
              { name: "Free", figure: free === undefined ? undefined : size(free) },
              {
                name: "Growth",
                figure: growth?.kind === "known" ? growthText(growth) : undefined,
                about: growth?.kind === "unknown" ? growth.why : "as it went for a week",
              },
              {
                name: "Full",
                figure: growth?.kind === "known" ? <FullIn growth={growth} free={free} /> : undefined,
                about: "if it goes on so",
              },
              {
                name: "Content",
                figure: content === undefined ? undefined : String(content.length),
                about: content?.join(", "),
              },
            ]}
          />
        }
        left={
          <>
            <StorageCharts id={id} total={total} />
            <TasksAbout id={storage} />
          </>
        }
        right={
          <>
            <ContentOf storage={storage} node={node} />
            <AlertsAbout
              isAbout={(labels) =>
                labels.storage === storage && (shared || labels.node === undefined || labels.node === node)
              }
            />
            <FindingsAbout name={storage} />
            <Panel title="Nodes">
              <None>
                {nodes.length === 0 ? "No node can use it now." : `Can be used on ${nodes.join(", ")}.`}
                {unavailable.length === 0 ? "" : ` Should be, and cannot, on ${unavailable.join(", ")}.`}
              </None>
            </Panel>
          </>
        }
      />
    </>
  );
};

export const Storage = () => {
  const { cluster, storage } = route.useParams();
  const { node } = route.useSearch();
  const query = useQuery(read("listStorages", { path: { cluster }, query: {} }));
  return (
    <Shown query={query}>
      {({ storages }) => {
        const found = storages.find(
          (one) => one.storage === storage && (one.shared || node === undefined || ownerOf(one) === node),
        );
        return found === undefined ? (
          <Standing icon="question" title="There is no such storage">
            The cluster lists none of the name {storage}
            {node === undefined ? "" : ` on ${node}`}.
          </Standing>
        ) : (
          <Told key={`${storage} ${node ?? ""}`} one={found} cluster={cluster} />
        );
      }}
    </Shown>
  );
};
