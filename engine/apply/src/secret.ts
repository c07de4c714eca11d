import type { CallValue, Plan, SecretRef } from "@orrery/plan";

/** Reads a secret by its place, `env:PBS_PASSWORD`; undefined where there is none. */
export type SecretReader = (place: string) => Promise<string | undefined>;

const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCodePoint(byte)).join(""));

/** The secrets of one run: read when they are needed, and blotted out of whatever is told. */
export class Secrets {
  readonly #read: SecretReader;
  readonly #known = new Set<string>();

  constructor(read: SecretReader) {
    this.#read = read;
  }

  /** As it is written into a request; undefined where there is none. */
  async of({ secret, after = "", encoding }: SecretRef): Promise<string | undefined> {
    const found = await this.#read(secret);
    if (found === undefined || found === "") return undefined;
    const written = encoding === "base64" ? base64(found) : found;
    for (const text of [found, written]) this.#known.add(text).add(encodeURIComponent(text));
    return `${after}${written}`;
  }

  /** A text without any secret that was read so far. */
  without(text: string): string {
    const longestFirst = [...this.#known].toSorted((one, other) => other.length - one.length);
    return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  }
}

const isSecret = (value: CallValue): value is SecretRef =>
  typeof value === "object" && !Array.isArray(value) && "secret" in value;

const isList = (value: CallValue): value is readonly (string | SecretRef)[] => Array.isArray(value);

const needed = async (ref: SecretRef, secrets: Secrets): Promise<string> => {
  const found = await secrets.of(ref);
  if (found === undefined) throw new MissingSecret(ref.secret);
  return found;
};

/** The parameters as they are sent. Throws where a secret is missing; its text names the place. */
export const sentParameters = async (
  parameters: Readonly<Record<string, CallValue>>,
  secrets: Secrets,
): Promise<Record<string, string | number | readonly string[]>> => {
  const sent: Record<string, string | number | readonly string[]> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (isList(value))
      sent[name] = await Promise.all(
        value.map(async (item) => (typeof item === "string" ? item : needed(item, secrets))),
      );
    else sent[name] = isSecret(value) ? await needed(value, secrets) : value;
  }
  return sent;
};

/** A secret that is not where the declaration says. */
export class MissingSecret extends Error {
  override readonly name = "MissingSecret";

  constructor(place: string) {
    super(`there is no secret at ${place}`);
  }
}

const refsIn = (value: CallValue): readonly SecretRef[] =>
  isList(value) ? value.filter((item) => typeof item !== "string") : isSecret(value) ? [value] : [];

/** The places of all secrets that a plan needs. */
export const secretPlaces = (plan: Plan): string[] => {
  const calls = plan.actions.flatMap(({ calls: own, rollback = [] }) => [...own, ...rollback]);
  const values = calls.flatMap(({ parameters }) => Object.values(parameters));
  return [...new Set(values.flatMap(refsIn).map(({ secret }) => secret))].toSorted();
};
