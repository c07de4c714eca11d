import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { size } from "../../figures/size.ts";
import type { Field } from "../../filter/field.ts";
import { Mark } from "../../marks/mark.tsx";
import { Part } from "../../marks/part.tsx";
import { useCluster } from "../../routes/use-cluster.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import type { Column } from "../../table/column.ts";
import { Listing } from "../../table/listing.tsx";
import { daysUntilFull, type Growth } from "./growth.ts";
import { FullIn, growthText } from "./growth-text.tsx";
import { metricIdOf, ownerOf } from "./owner.ts";
import { useGrowth } from "./use-growth.ts";

type Row = Api<"Storage"> & { readonly node: string | undefined; readonly growth: Growth | undefined };

const keyOf = ({ storage, node }: Row): string => `${storage}@${node ?? ""}`;
const partOf = ({ used, total }: Row): number | undefined =>
  used === undefined || total === undefined || total === 0 ? undefined : used / total;
const freeOf = ({ used, total }: Row): number | undefined =>
  used === undefined || total === undefined ? undefined : total - used;
const fullIn = (row: Row): number | undefined => {
  const free = freeOf(row);
  return row.growth?.kind === "known" && free !== undefined ? daysUntilFull(row.growth, free) : undefined;
};

const fields: readonly Field<Row>[] = [
  { kind: "word", key: "name", about: "its name", of: ({ storage }) => storage, searched: true },
  { kind: "word", key: "type", about: "dir, nfs, lvmthin, zfspool, pbs …", of: ({ type }) => type },
  { kind: "word", key: "node", about: "a node that can use it", of: ({ nodes }) => nodes },
  { kind: "word", key: "content", about: "what it may hold", of: ({ content }) => content },
  { kind: "flag", key: "shared", about: "is the same on all its nodes", of: ({ shared }) => shared },
  {
    kind: "flag",
    key: "unavailable",
    about: "a node should use it and cannot",
    of: ({ unavailable }) => unavailable.length > 0,
  },
  { kind: "number", key: "used", about: "in use", unit: "bytes", of: ({ used }) => used, whole: ({ total }) => total },
  { kind: "number", key: "size", about: "its size", unit: "bytes", of: ({ total }) => total },
  { kind: "number", key: "free", about: "what is left", unit: "bytes", of: freeOf },
  { kind: "number", key: "full", about: "days until it is full, as it went for a week", unit: "count", of: fullIn },
];

const columnsOf = (cluster: string): readonly Column<Row>[] => [
  {
    id: "name",
    title: "Storage",
    width: 9,
    grow: 1.5,
    fixed: true,
    sort: ({ storage, node }) => `${storage} ${node ?? ""}`,
    cell: ({ storage, node }) => (
      <a href={addressOf.storage(cluster, storage, node)} tabIndex={-1}>
        {storage}
      </a>
    ),
  },
  {
    id: "where",
    title: "Where",
    about: "the node that has it for itself, or how many share it",
    width: 6.5,
    grow: 0.5,
    sort: ({ node }) => node ?? "",
    cell: ({ node, nodes, unavailable }) => node ?? `shared by ${nodes.length + unavailable.length}`,
  },
  {
    id: "state",
    title: "State",
    width: 8,
    grow: 0.5,
    sort: ({ unavailable }) => unavailable.length,
    cell: ({ unavailable, node }) =>
      unavailable.length === 0 ? (
        <Mark tone="good">available</Mark>
      ) : (
        <Mark tone="bad">{node === undefined ? `not on ${unavailable.join(", ")}` : "not available"}</Mark>
      ),
  },
  { id: "type", title: "Type", width: 5.5, wide: true, sort: ({ type }) => type, cell: ({ type }) => type },
  {
    id: "used",
    title: "In use",
    width: 9.5,
    grow: 0.7,
    end: true,
    sort: partOf,
    cell: ({ used, total }) => <Part used={used} of={total} text={used === undefined ? "" : size(used)} />,
  },
  {
    id: "size",
    title: "Size",
    width: 6,
    end: true,
    wide: true,
    sort: ({ total }) => total,
    cell: ({ total }) => (total === undefined ? "–" : size(total)),
  },
  {
    id: "growth",
    title: "Growth",
    about: "as it went for a week",
    width: 8.5,
    end: true,
    wide: true,
    sort: ({ growth }) => (growth?.kind === "known" ? growth.perDay : undefined),
    cell: ({ growth }) => growthText(growth),
  },
  {
    id: "full",
    title: "Full",
    about: "if it goes on as it did",
    width: 7.5,
    end: true,
    wide: true,
    sort: fullIn,
    cell: (row) => <FullIn growth={row.growth} free={freeOf(row)} />,
  },
  {
    id: "content",
    title: "Content",
    width: 10,
    grow: 1,
    wide: true,
    sort: ({ content }) => content?.join(" "),
    cell: ({ content }) => content?.join(", ") ?? "–",
  },
];

/** Where guests and backups lie, and what is left of it. */
export const Storages = () => {
  const cluster = useCluster();
  const storages = useQuery(read("listStorages", { path: { cluster }, query: {} }));
  const ids = useMemo(() => (storages.data?.storages ?? []).map(metricIdOf), [storages.data]);
  const growth = useGrowth(cluster, ids);
  const columns = useMemo(() => columnsOf(cluster), [cluster]);
  const hrefOf = useCallback(({ storage, node }: Row) => addressOf.storage(cluster, storage, node), [cluster]);
  return (
    <>
      <PageHead title="Storage" about="Shared, and of each node for itself: what is used, and when it is full" />
      <Shown query={storages} loading={<Loading lines={10} />}>
        {({ storages: all }) => (
          <Listing
            noun="storages"
            rows={all.map((one) => ({ ...one, node: ownerOf(one), growth: growth.get(metricIdOf(one)) }))}
            columns={columns}
            fields={fields}
            sort="-used"
            keyOf={keyOf}
            hrefOf={hrefOf}
            examples={[
              ["used>80%", "filling up"],
              ["unavailable", "not there on some node"],
              ["content:backup", "for backups"],
            ]}
            empty={
              <Standing icon="storage" title="There is no storage">
                The cluster lists none.
              </Standing>
            }
          />
        )}
      </Shown>
    </>
  );
};
