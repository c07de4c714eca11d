import { join } from "node:path";
import { readSecret } from "@orrery/machine";
import { z } from "zod";

/** A secret by its place: a variable, the first line of a file, or a credential that systemd hands over. */
export const secretPlace = z
  .string()
  .regex(
    /^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+|credential:[A-Za-z0-9_.-]+)$/,
    "expected env:NAME, file:/path or credential:NAME, never the secret itself",
  );

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a secret at a place of that form. */
export const secretAt = async (place: string, env: Environment): Promise<string> => {
  const folder = env.CREDENTIALS_DIRECTORY;
  const name = place.startsWith("credential:") ? place.slice("credential:".length) : undefined;
  if (name !== undefined && folder === undefined)
    throw new Error(`There is no ${place}: systemd gave this process no credentials (LoadCredential= in its unit).`);
  const found = await readSecret(name === undefined ? place : `file:${join(folder ?? "", name)}`, env);
  if (found === undefined || found === "") throw new Error(`There is no secret at ${place}.`);
  return found;
};
