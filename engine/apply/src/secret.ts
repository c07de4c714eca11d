import type { CallValue, Plan, SecretRef } from "@orrery/plan";

/** Keeps what a call revealed, under a name such as `token root@pam!ci`: it is told only once. */
export type SecretKeeper = (as: string, secret: string) => Promise<void>;

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

  /** Whether there is one at a place. */
  async isThere(place: string): Promise<boolean> {
    return (await this.#at(place)) !== undefined;
  }

  /** As it is sent. Throws a `MissingSecret` where there is none. */
  async of({ secret, after = "", encoding }: SecretRef): Promise<string> {
    const found = await this.#at(secret);
    if (found === undefined) throw new MissingSecret(secret);
    return `${after}${encoding === "base64" ? base64(found) : found}`;
  }

  /** From now on told to nobody either. */
  conceal(secret: string): void {
    const quoted = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, quoted, encodeURIComponent(secret), base64(secret)])
      if (form !== "") this.#known.add(form);
  }

  async #at(place: string): Promise<string | undefined> {
    const found = await this.#read(place);
    if (found === undefined || found === "") return undefined;
    this.conceal(found);
    return found;
  }

  /** A text without any secret that was read so far. */
  without(text: string): string {
    const longestFirst = [...this.#known].toSorted((one, other) => other.length - one.length);
    return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  }
}

const isSecret = (value: CallValue | undefined): value is SecretRef => typeof value === "object" && "secret" in value;

/** The parameters as they are sent. Throws a `MissingSecret`. */
export const sentParameters = async (
  parameters: Readonly<Record<string, CallValue>>,
  secrets: Secrets,
): Promise<Record<string, string | number | readonly string[]>> => {
  const sent: Record<string, string | number | readonly string[]> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value !== "object") sent[name] = value;
    else if (isSecret(value)) sent[name] = await secrets.of(value);
    else sent[name] = await Promise.all(value.map(async (one) => (typeof one === "string" ? one : secrets.of(one))));
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
  const calls = plan.actions.flatMap(({ calls: own, rollback = [], takeBack = [] }) => [
    ...own,
    ...rollback,
    ...takeBack,
  ]);
  const values = calls.flatMap(({ parameters }) => Object.values(parameters));
  const refs = values.flatMap((value): SecretRef[] => {
    if (typeof value !== "object") return [];
    return isSecret(value) ? [value] : value.filter((one) => typeof one !== "string");
  });
  return [...new Set(refs.map(({ secret }) => secret))].toSorted();
};
