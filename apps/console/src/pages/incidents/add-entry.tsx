import { SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { GuardedButton } from "../../access/guarded-button.tsx";
import { type Api, ask } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { RefusalNote } from "../../entry/refusal-note.tsx";
import classes from "./add-entry.module.css";

type AddEntry = {
  readonly cluster: string;
  readonly incident: Api<"Incident">;
  readonly denied: string | undefined;
};

type Kind = Api<"addIncidentEntry.body">["kind"];

const kinds = [
  { value: "note", label: "Note" },
  { value: "response", label: "Response begun" },
  { value: "closed", label: "Close it" },
] as const satisfies readonly { readonly value: Kind; readonly label: string }[];

const asks: Readonly<Record<Kind, { readonly label: string; readonly does: string }>> = {
  note: { label: "What you know", does: "Add" },
  response: { label: "The run of the procedure", does: "Add" },
  closed: { label: "What it was, and what was done", does: "Close the incident" },
};

const kindOf = (value: string): Kind => kinds.find((one) => one.value === value)?.value ?? "note";

/** Adds what a person knows: a note, that the response was begun, or that it is closed. */
export const AddEntry = ({ cluster, incident: { id, procedure }, denied }: AddEntry) => {
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>("note");
  const [text, setText] = useState("");
  const [name, setName] = useState(procedure ?? "");
  const add = useMutation({
    mutationFn: () => {
      const told = text.trim();
      const body = kind === "response" ? { kind, procedure: name.trim(), run: told } : { kind, text: told };
      return ask("addIncidentEntry", { path: { cluster, incident: id }, body });
    },
    onSuccess: (changed) => {
      setText("");
      queries.setQueryData(read("getIncident", { path: { cluster, incident: id } }).queryKey, changed);
      void queries.invalidateQueries({ predicate: ({ queryKey: [operation] }) => operation === "listIncidents" });
    },
  });
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (denied === undefined && text.trim() !== "") add.mutate();
  };
  const { label, does } = asks[kind];
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Add to what happened">
      <RefusalNote error={add.error} />
      <SegmentedControl
        size="xs"
        aria-label="What to add"
        data={[...kinds]}
        value={kind}
        onChange={(value) => setKind(kindOf(value))}
      />
      {kind === "response" ? (
        <div className={classes.response}>
          <TextInput
            label="Procedure"
            size="xs"
            value={name}
            onChange={({ currentTarget: { value } }) => setName(value)}
            required
            maxLength={42}
          />
          <TextInput
            label={label}
            size="xs"
            value={text}
            onChange={({ currentTarget: { value } }) => setText(value)}
            required
            maxLength={100}
          />
        </div>
      ) : (
        <Textarea
          aria-label={label}
          placeholder={label}
          size="xs"
          value={text}
          onChange={({ currentTarget: { value } }) => setText(value)}
          autosize
          minRows={1}
          maxRows={10}
          maxLength={5000}
        />
      )}
      <GuardedButton type="submit" size="xs" denied={denied} loading={add.isPending} className={classes.does ?? ""}>
        {does}
      </GuardedButton>
    </form>
  );
};
