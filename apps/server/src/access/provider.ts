import * as oidc from "openid-client";
import type { ProviderSettings } from "./provider-settings.ts";

/** What a provider says of somebody who signed in there: the claims of the ID token. */
export type Claims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

/** What is checked when somebody comes back. */
export type Expected = { readonly state: string; readonly nonce: string; readonly verifier: string };

export type CameBack =
  | { readonly kind: "claims"; readonly claims: Claims }
  /** The provider said no, by a word of OpenID Connect such as `access_denied`. */
  | { readonly kind: "refused"; readonly error: string };

/** The provider, or what it is asked by, is no good now. */
export class ProviderTrouble extends Error {
  override readonly name = "ProviderTrouble";
}

export type ProviderPort = {
  readonly settings: ProviderSettings;
  /** Where it sends people back to. */
  readonly back: () => string;
  readonly secret: () => Promise<string | undefined>;
  readonly fetch?: oidc.CustomFetch;
};

/** Keys and addresses of a provider are read anew after so long. Milliseconds. */
const goodFor = 60 * 60_000;
const timeoutSeconds = 10;
/** Clocks differ. */
const toleranceSeconds = 30;

/** A provider of identities, spoken with by OpenID Connect: code flow with PKCE, state and nonce. */
export class Provider {
  readonly #port: ProviderPort;
  readonly #monotonic: () => number;
  #found: { readonly at: number; readonly configuration: Promise<oidc.Configuration> } | undefined;

  constructor(port: ProviderPort, monotonic: () => number) {
    this.#port = port;
    this.#monotonic = monotonic;
  }

  newExpected(): Expected {
    return {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
  }

  /** Where somebody signs in. */
  async address({ state, nonce, verifier }: Expected): Promise<string> {
    const { settings, back } = this.#port;
    const acr = settings.strong.flatMap(({ claim, value }) => (claim === "acr" ? [value] : []));
    const configuration = await this.#configuration();
    // Some tell how somebody signed in only when asked to.
    const told = Object.fromEntries(settings.strong.map(({ claim }) => [claim, null]));
    const { claims_parameter_supported: takesClaims } = configuration.serverMetadata();
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: back(),
      scope: settings.scopes.join(" "),
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...(takesClaims === true ? { claims: JSON.stringify({ id_token: told }) } : {}),
      ...(acr.length === 0 ? {} : { acr_values: acr.join(" ") }),
    });
    return url.href;
  }

  /** Somebody came back with these parameters. */
  async cameBack(parameters: URLSearchParams, { state, nonce, verifier }: Expected): Promise<CameBack> {
    const configuration = await this.#configuration();
    const current = new URL(this.#port.back());
    current.search = parameters.toString();
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, current, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new ProviderTrouble("The provider gave no ID token.");
      return { kind: "claims", claims };
    } catch (error) {
      if (error instanceof oidc.AuthorizationResponseError) return { kind: "refused", error: error.error };
      if (error instanceof oidc.ResponseBodyError && error.error === "invalid_grant")
        return { kind: "refused", error: error.error };
      throw troubleOf(error);
    }
  }

  /** Where somebody signs out there too; undefined where the provider has no such place. */
  async signOutAddress(): Promise<string | undefined> {
    const configuration = await this.#configuration();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: new URL("/", this.#port.back()).href })
      .href;
  }

  async #configuration(): Promise<oidc.Configuration> {
    const now = this.#monotonic();
    if (this.#found === undefined || now - this.#found.at > goodFor) {
      const found = { at: now, configuration: this.#discover() };
      this.#found = found;
      found.configuration.catch(() => {
        if (this.#found === found) this.#found = undefined;
      });
    }
    return this.#found.configuration;
  }

  async #discover(): Promise<oidc.Configuration> {
    const { settings, secret, fetch } = this.#port;
    try {
      const kept = await secret();
      return await oidc.discovery(
        new URL(settings.issuer),
        settings.client,
        { [oidc.clockTolerance]: toleranceSeconds },
        kept === undefined ? oidc.None() : oidc.ClientSecretPost(kept),
        { timeout: timeoutSeconds, ...(fetch === undefined ? {} : { [oidc.customFetch]: fetch }) },
      );
    } catch (error) {
      throw troubleOf(error);
    }
  }
}

const troubleOf = (error: unknown): ProviderTrouble =>
  error instanceof ProviderTrouble
    ? error
    : new ProviderTrouble(error instanceof Error ? error.message : String(error), { cause: error });
