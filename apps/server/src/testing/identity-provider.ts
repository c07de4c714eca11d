import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import { makeCertificate } from "@orrery/machine";
import Provider, { type Context } from "oidc-provider";
import { Agent, request } from "undici";
import { onTestFinished } from "vitest";
import type { ProviderPort } from "../access/provider.ts";
import type { ProviderSettings } from "../access/provider-settings.ts";

/** Who signs in next at the provider, and what is said of him. */
export type Person = {
  readonly subject: string;
  readonly name?: string;
  readonly groups?: readonly string[];
  readonly amr?: readonly string[];
  readonly acr?: string;
};

export type IdentityProvider = {
  readonly issuer: string;
  readonly certificate: string;
  /** Whoever is sent there is this person; nobody is let in where there is none. */
  person: Person | undefined;
  readonly stop: () => Promise<void>;
};

const client = { client_id: "orrery", client_secret: randomBytes(24).toString("hex") };

/** A real provider of OpenID Connect, in this process, over HTTPS. It asks nobody for a password. */
export const startIdentityProvider = async (orrery: string): Promise<IdentityProvider> => {
  const made = makeCertificate({
    commonName: "identity",
    hosts: ["localhost"],
    from: Date.now() - 86_400_000,
    until: Date.now() + 86_400_000,
  });
  const server = createServer({ cert: made.pem, key: made.key }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const issuer = `https://localhost:${typeof address === "object" && address !== null ? address.port : 0}`;
  const people = new Map<string, Person>();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        ...client,
        redirect_uris: [`${orrery}/api/session/provider/back`],
        post_logout_redirect_uris: [`${orrery}/`],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    claims: { openid: ["sub"], profile: ["preferred_username", "groups"], amr: null, acr: null },
    conformIdTokenClaims: false,
    acrValues: ["urn:example:second-factor"],
    features: { claimsParameter: { enabled: true }, devInteractions: { enabled: false } },
    interactions: { url: () => "/interaction" },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context: Context, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: people.get(id)?.name, groups: people.get(id)?.groups }),
    }),
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  const idp: IdentityProvider = {
    issuer,
    certificate: made.pem,
    person: undefined,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("request", (asked, reply) => {
    if (asked.url !== "/interaction") {
      void answer(asked, reply);
      return;
    }
    const { person } = idp;
    if (person === undefined) {
      void provider.interactionFinished(asked, reply, { error: "access_denied" });
      return;
    }
    const { subject, amr, acr } = person;
    people.set(subject, person);
    const login = { accountId: subject, ...(amr && { amr }), ...(acr === undefined ? {} : { acr }) };
    void provider.interactionFinished(asked, reply, { login });
  });
  onTestFinished(() => idp.stop());
  return idp;
};

/** How a server is to use it. */
export const providerPort = (
  { issuer, certificate }: IdentityProvider,
  more: Partial<ProviderSettings> = {},
): Pick<ProviderPort, "settings" | "secret" | "fetch"> => {
  const dispatcher = new Agent({ connect: { ca: certificate } });
  onTestFinished(() => dispatcher.destroy());
  return {
    settings: {
      issuer,
      client: client.client_id,
      scopes: ["openid", "profile"],
      rolesClaim: "groups",
      roles: { viewer: ["lab"], operator: ["lab-operators"], admin: ["lab-admins", "root"] },
      strong: [
        { claim: "amr", value: "mfa" },
        { claim: "acr", value: "urn:example:second-factor" },
      ],
      withoutStrong: "viewer",
      ...more,
    },
    secret: () => Promise.resolve(client.client_secret),
    fetch: async (url, { method, headers, body }) => {
      const answer = await request(url, {
        method: method === "POST" ? "POST" : "GET",
        headers,
        body: body instanceof URLSearchParams ? body.toString() : null,
        dispatcher,
      });
      const told = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
        typeof value === "string" ? [[name, value]] : [],
      );
      return new Response(await answer.body.text(), { status: answer.statusCode, headers: told });
    },
  };
};

export type Page = {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/** A browser that goes where it is sent, with the cookies of each place. `until` tells where it stops instead. */
export const browser = (certificates: readonly string[]) => {
  const dispatcher = new Agent({ connect: { ca: [...certificates] } });
  onTestFinished(() => dispatcher.destroy());
  const cookies = new Map<string, Map<string, string>>();
  const visit = async (address: string, until: (url: string) => boolean = () => false): Promise<Page> => {
    const { origin } = new URL(address);
    const jar = cookies.get(origin) ?? new Map<string, string>();
    cookies.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const { statusCode, headers, body } = await request(address, { dispatcher, headers: { cookie } });
    const text = await body.text();
    for (const line of [headers["set-cookie"] ?? []].flat()) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const isOver = attributes.some((one) => /^\s*max-age=0$/i.test(one) || /1970/.test(one));
      if (isOver) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const page = { url: address, status: statusCode, headers, text };
    const { location } = headers;
    if (statusCode < 300 || statusCode >= 400 || typeof location !== "string") return page;
    const next = new URL(location, address).href;
    return until(next) ? { ...page, url: next } : visit(next, until);
  };
  return {
    visit,
    cookieOf: (origin: string, name: string) => cookies.get(origin)?.get(name),
    forget: () => cookies.clear(),
  };
};
