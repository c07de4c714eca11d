import { readFile } from "node:fs/promises";

/**
 * Reads a secret by its place: `env:PBS_PASSWORD`, a variable of the environment; `file:/run/secrets/pbs`, the first
 * line of a file. Undefined where there is none, or the place is no such place.
 */
export const readSecret = async (
  place: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> => {
  if (place.startsWith("env:")) return env[place.slice(4)];
  if (!place.startsWith("file:/")) return undefined;
  try {
    return (await readFile(place.slice(5), "utf8")).split(/\r?\n/, 1)[0];
  } catch {
    return undefined;
  }
};
