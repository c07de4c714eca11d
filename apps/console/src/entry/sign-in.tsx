import { Button, Divider, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import type { SyntheticEvent } from "react";
import { ask } from "../api/client.ts";
import { read } from "../api/read.ts";
import { credentialsIn } from "./credentials.ts";
import { EntryCard } from "./entry-card.tsx";
import { RefusalNote } from "./refusal-note.tsx";

const route = getRouteApi("/sign-in");

export const SignIn = () => {
  const { to = "/" } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: (body: { readonly name: string; readonly password: string }) => ask("signIn", { body }),
    onSuccess: async (session) => {
      // Another person may see other things.
      queries.clear();
      queries.setQueryData(read("getSession", {}).queryKey, session);
      await router.navigate({ href: to, replace: true });
    },
  });
  const provider = useQuery(read("getSignInWays", {})).data?.provider;
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    signIn.mutate(credentialsIn(event.currentTarget));
  };
  return (
    <EntryCard title="Sign in" about="To the clusters that this server watches.">
      <RefusalNote error={signIn.error} />
      <form onSubmit={submit}>
        <TextInput name="name" label="Name" autoComplete="username" required maxLength={64} data-autofocus mb="sm" />
        <PasswordInput name="password" label="Password" autoComplete="current-password" required mb="lg" />
        <Button type="submit" fullWidth loading={signIn.isPending}>
          Sign in
        </Button>
      </form>
      {provider === undefined ? null : (
        <>
          <Divider label="or" my="md" />
          <Button
            component="a"
            variant="default"
            fullWidth
            href={`${provider.begin}?${new URLSearchParams({ returnTo: to })}`}
          >
            Sign in at {provider.host}
          </Button>
        </>
      )}
    </EntryCard>
  );
};
