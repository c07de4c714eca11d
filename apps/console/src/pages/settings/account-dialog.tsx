import { Button, Checkbox, PasswordInput, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { type Api, ask } from "../../api/client.ts";
import { RefusalNote } from "../../entry/refusal-note.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { allRoles, rolesIn, roleWords } from "./roles.ts";
import classes from "./settings.module.css";

type AccountDialog = {
  /** Undefined: a new one. */
  readonly account: Api<"Account"> | undefined;
  readonly close: () => void;
};

/** Makes an account, or changes what one may. Its sessions end when it is changed. */
export const AccountDialog = ({ account, close }: AccountDialog) => {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [roles, setRoles] = useState<readonly Api<"Role">[]>(account?.roles ?? ["viewer"]);
  const [disabled, setDisabled] = useState(account?.disabled ?? false);
  const byProvider = account?.signsIn === "provider";
  const save = useMutation({
    mutationFn: () =>
      account === undefined
        ? ask("makeAccount", { body: { name, password, roles: [...roles] } })
        : ask("changeAccount", {
            path: { account: account.id },
            body: {
              disabled,
              ...(byProvider ? {} : { roles: [...roles] }),
              ...(password === "" ? {} : { password }),
            },
          }),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ["listAccounts"] });
    },
  });
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={account === undefined ? "Make an account" : `Change ${account.name}`} close={close}>
      <form onSubmit={submit} className={classes.form}>
        <RefusalNote error={save.error} />
        {account === undefined ? (
          <TextInput
            label="Name"
            required
            maxLength={64}
            autoComplete="off"
            value={name}
            onChange={({ currentTarget: { value } }) => setName(value)}
          />
        ) : null}
        {byProvider ? (
          <p className={classes.soft}>He signs in at a provider, which says his roles.</p>
        ) : (
          <>
            <PasswordInput
              label={account === undefined ? "Password" : "New password"}
              description={account === undefined ? "12 characters at least" : "Empty: as it is. 12 characters at least"}
              required={account === undefined}
              minLength={12}
              autoComplete="new-password"
              value={password}
              onChange={({ currentTarget: { value } }) => setPassword(value)}
            />
            <Checkbox.Group label="Roles" value={[...roles]} onChange={(values) => setRoles(rolesIn(values))}>
              <div className={classes.roles}>
                {allRoles.map((role) => (
                  <Checkbox key={role} value={role} label={role} description={roleWords[role]} />
                ))}
              </div>
            </Checkbox.Group>
          </>
        )}
        {account === undefined ? null : (
          <Switch
            label="May not sign in"
            checked={disabled}
            onChange={({ currentTarget: { checked } }) => setDisabled(checked)}
          />
        )}
        <div className={classes.actions}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={roles.length === 0}>
            {account === undefined ? "Make it" : "Change it, and end its sessions"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
