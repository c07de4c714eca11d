import { z } from "zod";

/** A secret by the place that it is read from when it is needed; the secret itself is never part of a declaration. */
export type Secret = { readonly kind: "secret"; readonly from: string };

/**
 * Names a secret.
 *
 * @param from `env:PBS_PASSWORD`, a variable of the environment; or `file:/run/secrets/pbs`, the first line of a file
 */
export const secret = (from: string): Secret => ({ kind: "secret", from });

export const secretSchema = z.strictObject(
  {
    kind: z.literal("secret"),
    from: z.string().regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/, 'expected "env:NAME" or "file:/path"'),
  },
  { error: 'expected secret("env:NAME") or secret("file:/path"), never the secret itself' },
);
