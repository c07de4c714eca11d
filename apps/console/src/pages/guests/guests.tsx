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
import { guestColumns } from "./guest-columns.tsx";
import { guestExamples, guestFields } from "./guest-fields.ts";

type Guest = Api<"Guest">;
const keyOf = ({ vmid }: Guest): string => String(vmid);

export const Guests = () => {
  const cluster = useCluster();
  const guests = useQuery({
    ...read("listGuests", { path: { cluster }, query: { limit: 10_000 } }),
    // Comparing ten thousand guests with those before costs more than drawing those in sight.
    structuralSharing: false,
  });
  const columns = useMemo(() => guestColumns(cluster), [cluster]);
  const hrefOf = useCallback(({ vmid }: Guest) => addressOf.guest(cluster, vmid), [cluster]);
  return (
    <>
      <PageHead title="Guests" about="Virtual machines and containers, as the cluster lists them now" />
      <Shown query={guests} loading={<Loading lines={16} />}>
        {({ guests: all }) => (
          <Listing
            noun="guests"
            rows={all}
            columns={columns}
            fields={guestFields}
            sort="name"
            examples={guestExamples}
            keyOf={keyOf}
            hrefOf={hrefOf}
            empty={
              <Standing icon="guests" title="There is no guest">
                The cluster lists no virtual machine and no container.
              </Standing>
            }
          />
        )}
      </Shown>
    </>
  );
};
