import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { Mark } from "../../marks/mark.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { SmallTable } from "../../table/small-table.tsx";
import { AccountDialog } from "./account-dialog.tsx";
import classes from "./settings.module.css";

type Editing =
  | { readonly kind: "none" }
  | { readonly kind: "new" }
  | { readonly kind: "old"; readonly account: Api<"Account"> };

const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

/** Who may sign in. For admins. */
export const Accounts = () => {
  const accounts = useQuery(read("listAccounts", {}));
  const [editing, setEditing] = useState<Editing>({ kind: "none" });
  const close = (): void => setEditing({ kind: "none" });
  return (
    <Panel
      title="Accounts"
      aside={
        <Button size="compact-sm" variant="default" onClick={() => setEditing({ kind: "new" })}>
          Make an account
        </Button>
      }
      flush
    >
      <Shown query={accounts}>
        {({ accounts: all }) => (
          <SmallTable label="Accounts" head={["Name", "Roles", "Signs in by", "Since", "State", { heard: "Change" }]}>
            {all.map((account) => (
              <tr key={account.id}>
                <th scope="row">{account.name}</th>
                <td>{account.roles.join(", ")}</td>
                <td>{account.signsIn}</td>
                <td className={classes.soft}>{day.format(account.madeAt)}</td>
                <td>{account.disabled ? <Mark tone="bad">disabled</Mark> : <Mark tone="good">may sign in</Mark>}</td>
                <td>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Change ${account.name}`}
                    onClick={() => setEditing({ kind: "old", account })}
                  >
                    Change
                  </Button>
                </td>
              </tr>
            ))}
          </SmallTable>
        )}
      </Shown>
      {editing.kind === "none" ? null : (
        <AccountDialog account={editing.kind === "old" ? editing.account : undefined} close={close} />
      )}
    </Panel>
  );
};
