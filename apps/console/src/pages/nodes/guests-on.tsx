import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { None } from "../../detail/detail.tsx";
import { useCluster } from "../../routes/use-cluster.ts";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { DataTable } from "../../table/data-table.tsx";
import { guestColumns } from "../guests/guest-columns.tsx";

const shown = new Set(["name", "status", "cpu", "mem", "disk"]);
const keyOf = ({ vmid }: Api<"Guest">): string => String(vmid);

/** The guests of a node, those that use most memory first. */
export const GuestsOn = ({ node }: { readonly node: string }) => {
  const cluster = useCluster();
  const query = useQuery(
    read("listGuests", { path: { cluster }, query: { node, sort: "memory", order: "desc", limit: 1000 } }),
  );
  const columns = useMemo(() => guestColumns(cluster).filter(({ id }) => shown.has(id)), [cluster]);
  return (
    <Panel title="Guests" flush aside={query.data === undefined ? undefined : `${query.data.total} are on it`}>
      <Shown query={query}>
        {({ guests }) =>
          guests.length === 0 ? (
            <div style={{ padding: "0 1rem 0.5rem" }}>
              <None>None is on it.</None>
            </div>
          ) : (
            <DataTable
              label={`guests of ${node}`}
              rows={guests}
              columns={columns}
              keyOf={keyOf}
              hrefOf={({ vmid }) => addressOf.guest(cluster, vmid)}
              room="part"
            />
          )
        }
      </Shown>
    </Panel>
  );
};
