import { Facts } from "../../detail/facts.tsx";
import { useMeasured } from "../../detail/measured.ts";
import { Ago } from "../../live/ago.tsx";
import { Mark } from "../../marks/mark.tsx";
import { Panel } from "../../shell/panel.tsx";

const metrics = ["pve_replication_info", "pve_replication_last_sync_timestamp_seconds", "pve_replication_failed_syncs"];

/** `node/node01` as `node01`. */
const bare = (id: string): string => id.replace(/^node\//, "");

/** Whether something brings it back: the HA manager's word, and where its disks are copied to. */
export const HighAvailability = ({
  vmid,
  kind,
  ha,
}: {
  readonly vmid: number;
  readonly kind: string;
  readonly ha: string | undefined;
}) => {
  const { of, one } = useMeasured(metrics);
  const guest = `${kind}/${vmid}`;
  const jobs = of("pve_replication_info").filter(({ labels }) => labels.guest === guest);
  return (
    <Panel title="HA and replication">
      <Facts
        facts={[
          ["HA", ha === undefined ? "does not look after it" : ha],
          ...(jobs.length === 0
            ? [["Replication", "no job"] as const]
            : jobs.map(({ labels }) => {
                const { id = "", source = "", target = "" } = labels;
                const failed = one("pve_replication_failed_syncs", { id });
                const last = one("pve_replication_last_sync_timestamp_seconds", { id });
                return [
                  id,
                  <span key={id}>
                    {bare(source)} to {bare(target)},{" "}
                    {last === undefined || last === 0 ? (
                      "never copied"
                    ) : (
                      <>
                        copied <Ago at={last * 1000} />
                      </>
                    )}{" "}
                    {failed === undefined || failed === 0 ? null : <Mark tone="bad">{`failed ${failed} times`}</Mark>}
                  </span>,
                ] as const;
              })),
        ]}
      />
    </Panel>
  );
};
