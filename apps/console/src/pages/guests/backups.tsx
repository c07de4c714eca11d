import { None } from "../../detail/detail.tsx";
import { Items } from "../../detail/items.tsx";
import { useMeasured } from "../../detail/measured.ts";
import { span } from "../../figures/span.ts";
import { Ago } from "../../live/ago.tsx";
import { useNow } from "../../live/use-now.ts";
import { Mark } from "../../marks/mark.tsx";
import { Panel } from "../../shell/panel.tsx";

const metrics = [
  "orrery_backup_held",
  "orrery_backup_due_timestamp_seconds",
  "orrery_backup_margin_seconds",
  "pve_guest_backups",
  "pve_guest_backup_last_timestamp_seconds",
  "pve_guest_backup_last_verified",
];

/** What is held of a guest, against each policy that is to back it up. */
export const Backups = ({ id }: { readonly id: string }) => {
  const { of, one, trouble } = useMeasured(metrics, { id });
  const now = useNow();
  const held = of("orrery_backup_held");
  const count = one("pve_guest_backups");
  const last = one("pve_guest_backup_last_timestamp_seconds");
  const verified = one("pve_guest_backup_last_verified");
  return (
    <Panel title="Backups" aside={count === undefined ? undefined : `${count} held`}>
      {trouble !== null ? (
        <None>{trouble.message}</None>
      ) : (
        <>
          {last === undefined ? null : (
            <None>
              The newest is from <Ago at={last * 1000} />
              {verified === undefined ? "" : verified === 1 ? ", verified" : ", not verified"}.
            </None>
          )}
          {held.length === 0 ? (
            <None>{count === undefined ? "Not known yet." : "No policy of the declaration covers it."}</None>
          ) : (
            <Items
              items={held.map(({ labels: { policy = "", storage = "" }, value }) => {
                const due = one("orrery_backup_due_timestamp_seconds", { policy, storage });
                const margin = one("orrery_backup_margin_seconds", { policy, storage });
                const late = due === undefined ? undefined : now / 1000 - due;
                const isLate = margin === undefined ? (late ?? 0) > 0 : margin < 0;
                return {
                  key: `${policy} ${storage}`,
                  mark:
                    value === 0 ? (
                      <Mark tone="bad">none held</Mark>
                    ) : due === undefined ? (
                      <Mark tone="dim">when due unknown</Mark>
                    ) : isLate ? (
                      <Mark tone="bad">late</Mark>
                    ) : (
                      <Mark tone="good">fresh</Mark>
                    ),
                  text: `${policy} to ${storage}`,
                  aside:
                    value === 0 || late === undefined
                      ? undefined
                      : late > 0
                        ? `due ${span(late * 1000)} ago`
                        : `next due in ${span(-late * 1000)}`,
                };
              })}
            />
          )}
        </>
      )}
    </Panel>
  );
};
