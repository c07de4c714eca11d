import { Button, Checkbox, CopyButton, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { type Api, ask } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { RefusalNote } from "../../entry/refusal-note.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { rolesIn } from "./roles.ts";
import classes from "./settings.module.css";

type TokenDialog = { readonly roles: readonly Api<"Role">[]; readonly close: () => void };

const lengths = [
  { value: "1", label: "1 day" },
  { value: "7", label: "1 week" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "366", label: "1 year" },
];
const everyCluster = "all";

const Secret = ({ secret, close }: { readonly secret: string; readonly close: () => void }) => (
  <>
    <p>This is the only time that it is told. Whoever has it may do what the token may.</p>
    <output className={classes.secret}>{secret}</output>
    <div className={classes.actions}>
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
      <Button onClick={close}>I have it</Button>
    </div>
  </>
);

/** Asks what a token is for and may do, and tells its secret once. */
export const TokenDialog = ({ roles, close }: TokenDialog) => {
  const queries = useQueryClient();
  const clusters = useQuery(read("listClusters", {}));
  const [about, setAbout] = useState("");
  const [chosen, setChosen] = useState<readonly Api<"Role">[]>(["viewer"]);
  const [days, setDays] = useState("30");
  const [cluster, setCluster] = useState(everyCluster);
  const make = useMutation({
    mutationFn: () =>
      ask("makeToken", {
        body: {
          about: about.trim(),
          roles: [...chosen],
          days: Number(days),
          clusters: cluster === everyCluster ? "all" : [cluster.slice(1)],
        },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["listTokens"] }),
  });
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    make.mutate();
  };
  if (make.data !== undefined)
    return (
      <Dialog title={`The secret of "${make.data.token.about}"`} close={close}>
        <Secret secret={make.data.secret} close={close} />
      </Dialog>
    );
  return (
    <Dialog title="Make a token" close={close}>
      <form onSubmit={submit} className={classes.form}>
        <RefusalNote error={make.error} />
        <TextInput
          label="What is it for"
          required
          maxLength={200}
          value={about}
          onChange={({ currentTarget: { value } }) => setAbout(value)}
        />
        <Checkbox.Group label="Roles" value={[...chosen]} onChange={(values) => setChosen(rolesIn(values))}>
          <div className={classes.roles}>
            {[...new Set<Api<"Role">>(["viewer", ...roles])].map((role) => (
              <Checkbox key={role} value={role} label={role} />
            ))}
          </div>
        </Checkbox.Group>
        <Select
          label="Clusters"
          data={[
            { value: everyCluster, label: "all" },
            ...(clusters.data?.clusters ?? []).map(({ id }) => ({ value: `/${id}`, label: id })),
          ]}
          value={cluster}
          onChange={(value) => setCluster(value ?? everyCluster)}
        />
        <Select label="Expires after" data={lengths} value={days} onChange={(value) => setDays(value ?? days)} />
        <div className={classes.actions}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending} disabled={chosen.length === 0}>
            Make it
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
