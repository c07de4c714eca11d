import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { ask } from "../api/client.ts";
import { read } from "../api/read.ts";
import { credentialsIn } from "./credentials.ts";
import { EntryCard } from "./entry-card.tsx";
import { RefusalNote } from "./refusal-note.tsx";

/** The secret of the link, which leaves the address bar at once. */
const takeSecret = (): string => {
  const secret = location.hash.slice(1);
  if (secret !== "") history.replaceState(history.state, "", location.pathname);
  return secret;
};

export const SetUp = () => {
  const [secret] = useState(takeSecret);
  const router = useRouter();
  const queries = useQueryClient();
  const setUp = useMutation({
    mutationFn: (body: { readonly name: string; readonly password: string }) =>
      ask("setUp", { body: { ...body, secret } }),
    onSuccess: async (session) => {
      queries.setQueryData(read("getSession", {}).queryKey, session);
      await router.navigate({ to: "/", replace: true });
    },
  });
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setUp.mutate(credentialsIn(event.currentTarget));
  };
  if (secret === "")
    return (
      <EntryCard
        title="The link has no secret"
        about="It is good for one use: open it as the server printed it, whole."
      >
        <Link to="/sign-in">Sign in with an account that there is</Link>
      </EntryCard>
    );
  return (
    <EntryCard title="The first account" about="It has every role. The link is good once, for an hour after the start.">
      <RefusalNote error={setUp.error} />
      <form onSubmit={submit}>
        <TextInput name="name" label="Name" autoComplete="username" required maxLength={64} mb="sm" />
        <PasswordInput
          name="password"
          label="Password"
          description="12 characters at least"
          autoComplete="new-password"
          required
          minLength={12}
          mb="lg"
        />
        <Button type="submit" fullWidth loading={setUp.isPending}>
          Make it, and go in
        </Button>
      </form>
    </EntryCard>
  );
};
