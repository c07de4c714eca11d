import { type Secret, secret } from "@orrery/model";

/** A record without the fields of which nothing is said. */
export const said = <T extends object>(record: T): T =>
  // What is left out was undefined, and each field of it optional.
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;

/** A secret of which an adopted declaration only says where it may be given: `env:SSO_CLIENT_KEY`. */
export const secretOf = (...words: readonly string[]): Secret => {
  const name = words
    .join("_")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
  return secret(`env:${/^[0-9]/.test(name) ? "_" : ""}${name}`);
};
