import { z } from "zod";
import { isLocalPath } from "../access/local-path.ts";
import { ProviderTrouble } from "../access/provider.ts";
import { attemptCookie, type ProviderSignIn } from "../access/provider-sign-in.ts";
import { sessionCookie } from "../access/sign-in.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route, redirectRoute } from "../http/route.ts";
import type { Services } from "../services.ts";

/** Where the provider sends people back to. */
export const providerBack = "/api/session/provider/back";

const providerOf = ({ provider }: Services): ProviderSignIn => {
  if (provider !== undefined) return provider;
  throw new Refusal("not-found", "No provider of identities is set up here. Sign in by name and password.");
};

/** What the provider does wrong is told in the log, and to whoever waits, that it went wrong. */
const asking = async <T>({ log }: Services, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ProviderTrouble)) throw error;
    log.error({ err: error }, "the provider of identities cannot be used");
    throw new Refusal(
      "not-ready",
      "The provider of identities does not answer as it should. Try again later, or sign in by name and password.",
    );
  }
};

const ways = jsonRoute({
  id: "getSignInWays",
  method: "GET",
  url: "/api/session/ways",
  tag: "Session",
  summary: "how one may sign in here",
  access: { kind: "open", because: "whoever is to sign in is not known yet" },
  ...nothing,
  reply: z.strictObject({
    password: z.literal(true),
    provider: z.strictObject({ host: z.string(), begin: z.string() }).optional(),
  }),
  handle: ({ services: { provider } }) => ({
    password: true as const,
    ...(provider === undefined ? {} : { provider: { host: provider.host, begin: begin.url } }),
  }),
});

const begin = redirectRoute({
  id: "beginProviderSignIn",
  method: "GET",
  url: "/api/session/provider",
  tag: "Session",
  summary: "sends a browser to the provider of identities, and from there back to a path here",
  access: { kind: "open", because: "whoever signs in is not known yet" },
  guessable: true,
  ...nothing,
  query: z.strictObject({
    returnTo: z
      .string()
      .max(2000)
      .refine(isLocalPath, "expected a path of this server, such as /clusters")
      .default("/"),
  }),
  handle: async ({ query, services, exchange }) => {
    const { address, secret } = await asking(services, providerOf(services).begin(query.returnTo));
    exchange.header("set-cookie", attemptCookie(secret));
    return address;
  },
});

const text = z.string().max(10_000).optional();

const end = redirectRoute({
  id: "endProviderSignIn",
  method: "GET",
  url: providerBack,
  tag: "Session",
  summary: "takes a browser back from the provider of identities, and begins a session",
  access: { kind: "open", because: "the provider says who it is; only the browser that was sent there is believed" },
  records: true,
  ...nothing,
  query: z.looseObject({ code: text, state: text, iss: text, error: text, error_description: text }),
  handle: async ({ query, services, exchange }) => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (typeof value === "string") parameters.set(name, value);
    const back = await asking(services, providerOf(services).end(parameters, exchange.asked("cookie")));
    exchange.header("set-cookie", attemptCookie(undefined));
    switch (back.kind) {
      case "not begun here":
        throw new Refusal(
          "bad-input",
          "This sign-in was not begun in this browser, or it took longer than ten minutes. Begin again.",
        );
      case "refused":
        throw new Refusal("not-let-in", back.why);
      case "signed in": {
        const { secret } = await services.signIn.begin(back.account, back.atMost);
        exchange.became(back.account);
        exchange.header("set-cookie", sessionCookie(secret));
        return back.returnTo;
      }
    }
  },
});

export const providerRoutes: readonly Route[] = [ways, begin, end];
