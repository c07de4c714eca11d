import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/read.ts";
import { None } from "../../detail/detail.tsx";
import { Items } from "../../detail/items.tsx";
import { size } from "../../figures/size.ts";
import { Ago } from "../../live/ago.tsx";
import { useCluster } from "../../routes/use-cluster.ts";
import { KnownLink } from "../../shell/known-link.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { addressOf } from "../../subjects/addresses.ts";

/** So many guests are shown: those that have most. */
const most = 40;

/** What each guest has on a storage. */
export const ContentOf = ({ storage, node }: { readonly storage: string; readonly node: string | undefined }) => {
  const cluster = useCluster();
  const query = useQuery(
    read("getStorageContents", { path: { cluster, storage }, query: node === undefined ? {} : { node } }),
  );
  return (
    <Panel title="What fills it" aside="Disks as configured: thin ones use less">
      <Shown query={query}>
        {({ guests, unread }) => (
          <>
            {unread === 0 ? null : <None>{unread} guests may have more there: their configuration is not known.</None>}
            {guests.length === 0 ? (
              <None>No guest has a disk or a backup on it.</None>
            ) : (
              <Items
                items={guests.slice(0, most).map(({ vmid, name, disks, backups }) => {
                  const sizes = disks.map((one) => one.size);
                  const total = sizes.reduce<number>((sum, one) => sum + (one ?? 0), 0) + (backups?.size ?? 0);
                  const unknown = sizes.includes(undefined);
                  return {
                    key: String(vmid),
                    text:
                      name === undefined ? (
                        `${vmid}, which is gone`
                      ) : (
                        <KnownLink href={addressOf.guest(cluster, vmid)}>{name}</KnownLink>
                      ),
                    more: (
                      <>
                        {disks.map(({ key }) => key).join(", ")}
                        {disks.length > 0 && backups !== undefined ? "; " : ""}
                        {backups === undefined ? null : (
                          <>
                            {backups.count} backups, the newest <Ago at={backups.newest} />
                          </>
                        )}
                      </>
                    ),
                    aside: `${unknown ? "at least " : ""}${size(total)}`,
                  };
                })}
              />
            )}
            {guests.length > most ? <None>And {guests.length - most} more.</None> : null}
          </>
        )}
      </Shown>
    </Panel>
  );
};
