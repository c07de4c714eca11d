import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Api, ask } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { RefusalNote } from "../../entry/refusal-note.tsx";
import { moment } from "../../figures/moment.ts";
import { span } from "../../figures/span.ts";
import { useNow } from "../../live/use-now.ts";
import { Mark } from "../../marks/mark.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { SmallTable } from "../../table/small-table.tsx";
import classes from "./settings.module.css";
import { TokenDialog } from "./token-dialog.tsx";

type Token = Api<"ApiToken">;

const soonMs = 7 * 86_400_000;

const Expiry = ({ at, now }: { readonly at: number; readonly now: number }) => {
  if (at <= now) return <Mark tone="bad">expired</Mark>;
  const text = `in ${span(at - now)}`;
  return at - now < soonMs ? <Mark tone="warn">{text}</Mark> : <span title={moment(at, now)}>{text}</span>;
};

const RevokeDialog = ({ token, close }: { readonly token: Token; readonly close: () => void }) => {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => ask("revokeToken", { path: { token: token.id } }),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ["listTokens"] });
    },
  });
  return (
    <Dialog title={`Revoke "${token.about}"`} close={close}>
      <RefusalNote error={revoke.error} />
      <p>Whatever signs in with it is refused from the next request on. This cannot be taken back.</p>
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Keep it
        </Button>
        <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke
        </Button>
      </div>
    </Dialog>
  );
};

/** Tokens by which programs ask the API: one's own, and for an admin all. */
export const Tokens = ({ session }: { readonly session: Api<"Session"> }) => {
  const tokens = useQuery(read("listTokens", {}));
  const isAdmin = session.roles.includes("admin");
  const accounts = useQuery({ ...read("listAccounts", {}), enabled: isAdmin });
  const now = useNow();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token | undefined>(undefined);
  const nameOf = (id: string): string => accounts.data?.accounts.find((one) => one.id === id)?.name ?? "";
  return (
    <Panel
      title="API tokens"
      aside={
        <Button size="compact-sm" variant="default" onClick={() => setMaking(true)}>
          Make a token
        </Button>
      }
      flush
    >
      <Shown query={tokens}>
        {({ tokens: all }) =>
          all.length === 0 ? (
            <div className={classes.inset}>
              <Standing icon="keyboard" title="There is no token">
                A token lets a program ask the API with some of your roles, until it expires or you revoke it.
              </Standing>
            </div>
          ) : (
            <SmallTable
              label="API tokens"
              head={["For", ...(isAdmin ? ["Account"] : []), "Roles", "Clusters", "Expires", { heard: "Revoke" }]}
            >
              {all.map((token) => (
                <tr key={token.id}>
                  <th scope="row">{token.about}</th>
                  {isAdmin ? <td>{nameOf(token.account)}</td> : null}
                  <td>{token.roles.join(", ")}</td>
                  <td>{token.clusters === "all" ? "all" : token.clusters.join(", ")}</td>
                  <td>
                    <Expiry at={token.expiresAt} now={now} />
                  </td>
                  <td>
                    <Button size="compact-xs" variant="default" onClick={() => setRevoking(token)}>
                      Revoke
                    </Button>
                  </td>
                </tr>
              ))}
            </SmallTable>
          )
        }
      </Shown>
      {making ? <TokenDialog roles={session.roles} close={() => setMaking(false)} /> : null}
      {revoking === undefined ? null : <RevokeDialog token={revoking} close={() => setRevoking(undefined)} />}
    </Panel>
  );
};
