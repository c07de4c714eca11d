import type { CallValue, Plan, SecretRef } from "@orrery/plan";

/** Reads a secret by its place, `env:PBS_PASSWORD`; undefined where there is none. */
export type SecretReader = (place: string) => Promise<string | undefined>;

/** The secrets of one run: read when they are needed, and blotted out of whatever is told. */
export class Secrets {
  readonly #read: SecretReader;
  readonly #known = new Set<string>();

  constructor(read: SecretReader) {
    this.#read = read;
  }

  /** Undefined where there is none. */
  async of({ secret }: SecretRef): Promise<string | undefined> {
    const found = await this.#read(secret);
    if (found === undefined || found === "") return undefined;
    this.#known.add(found).add(encodeURIComponent(found));
    return found;
  }

  /** A text without any secret that was read so far. */
  without(text: string): string {
    const longestFirst = [...this.#known].toSorted((one, other) => other.length - one.length);
    return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  }
}

const isSecret = (value: CallValue): value is SecretRef =>
  typeof value === "object" && !Array.isArray(value) && "secret" in value;

/** The parameters as they are sent. Throws where a secret is missing; its text names the place. */
export const sentParameters = async (
  parameters: Readonly<Record<string, CallValue>>,
  secrets: Secrets,
): Promise<Record<string, string | number | readonly string[]>> => {
  const sent: Record<string, string | number | readonly string[]> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (!isSecret(value)) {
      sent[name] = value;
      continue;
    }
    const found = await secrets.of(value);
    if (found === undefined) throw new MissingSecret(value.secret);
    sent[name] = found;
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

/** The places of all secrets that a plan needs. */
export const secretPlaces = (plan: Plan): string[] => {
  const calls = plan.actions.flatMap(({ calls: own, rollback = [] }) => [...own, ...rollback]);
  const values = calls.flatMap(({ parameters }) => Object.values(parameters));
  return [...new Set(values.filter(isSecret).map(({ secret }) => secret))].toSorted();
};
