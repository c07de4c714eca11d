/** What the tests use of it. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  type Login = { readonly accountId: string; readonly amr?: readonly string[]; readonly acr?: string };
  type Finished = { readonly login: Login } | { readonly error: string; readonly error_description?: string };
  export type GrantOf = { addOIDCScope: (scope: string) => void; save: () => Promise<string> };
  export type Context = {
    readonly oidc: {
      readonly client: { readonly clientId: string };
      readonly session: { readonly accountId: string };
      readonly provider: Provider;
    };
  };
  // biome-ignore lint/style/noDefaultExport: so it is exported there
  export default class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: new (of: {
      readonly clientId: string;
      readonly accountId: string;
    }) => GrantOf;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: Finished): Promise<void>;
  }
}
