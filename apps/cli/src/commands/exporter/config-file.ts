import { readFileSync, statSync } from "node:fs";
import { readSecret } from "@orrery/machine";
import { nearest } from "@orrery/model";
import type { Credentials, Trust } from "@orrery/pve";
import { parse, YAMLError } from "yaml";
import { CommandError } from "../../exit-code.ts";
import type { ExporterModule } from "./module.ts";
import { targetUrl } from "./target.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Entries = Readonly<Record<string, unknown>>;

const known = [
  "user",
  "password",
  "token_name",
  "token_value",
  "verify_ssl",
  "targets",
  "one_cluster",
  "ca",
  "fingerprint",
];

const isEntries = (value: unknown): value is Entries =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Everything that a module of the file says, read by one who knows the file's name. */
class ModuleReader {
  readonly #file: string;
  readonly #name: string;
  readonly #entries: Entries;

  constructor(file: string, name: string, entries: Entries) {
    this.#file = file;
    this.#name = name;
    this.#entries = entries;
    const strange = Object.keys(entries).find((key) => !known.includes(key));
    if (strange === undefined) return;
    const meant = nearest(strange, known);
    this.refuse(`has "${strange}", which says nothing here.${meant === undefined ? "" : ` Did you mean ${meant}?`}`);
  }

  refuse(what: string): never {
    throw new CommandError(`${this.#file}: the module ${this.#name} ${what}`);
  }

  text(key: string): string | undefined {
    const value = this.#entries[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === "string" ? value : this.refuse(`has a ${key} that is no text.`);
  }

  flag(key: string): boolean | undefined {
    const value = this.#entries[key];
    if (value === undefined || typeof value === "boolean") return value;
    return this.refuse(`has a ${key} that is neither true nor false.`);
  }

  #url(target: unknown): string {
    const url = typeof target === "string" ? targetUrl(target) : undefined;
    return (
      url ??
      this.refuse(`has ${JSON.stringify(target)} among its targets, which is no address. Write pve1 or pve1:8006.`)
    );
  }

  targets(others: readonly string[]): string[] {
    const listed = this.#entries.targets ?? others;
    if (!Array.isArray(listed) || listed.length === 0)
      return this.refuse(
        "names no targets. List the addresses that it may ask, or give --target: its credentials go nowhere else.",
      );
    return listed.map((target) => this.#url(target));
  }

  /** A secret by its place; itself only where nobody else can read the file. */
  async secret(key: string, isPrivate: boolean, env: Environment): Promise<string | undefined> {
    const value = this.text(key);
    if (value === undefined) return undefined;
    const place = value.startsWith("credential:") ? credentialPlace(value, env) : value;
    if (place === undefined) return this.refuse(`takes its ${key} from ${value}, and systemd gave no credentials.`);
    if (/^(?:env|file):/.test(place))
      return (await readSecret(place, env)) ?? this.refuse(`takes its ${key} from ${value}, and there is nothing.`);
    if (isPrivate) return value;
    return this.refuse(
      `has its ${key} in clear, and anybody can read the file. Write env:NAME, file:/path or credential:NAME, or take the file's rights for others away (chmod o-r).`,
    );
  }

  trust(): (target: string) => Trust {
    const [ca, given] = [this.text("ca"), this.#entries.fingerprint];
    if (ca !== undefined && given !== undefined) return this.refuse("has both ca and fingerprint. Take one.");
    if (ca !== undefined) {
      const pem = readText(ca, (why) => this.refuse(`has a ca that cannot be read: ${why}.`));
      return () => ({ kind: "ca", pem });
    }
    if (typeof given === "string") return () => ({ kind: "fingerprint", sha256: given });
    if (isEntries(given)) return this.#fingerprints(given);
    if (given !== undefined) return this.refuse("has a fingerprint that is neither text nor one for each target.");
    if (this.flag("verify_ssl") === false)
      return this.refuse(
        "has verify_ssl: false. Orrery always looks whom it talks to: give ca (the cluster's pve-root-ca.pem) or fingerprint (as `pvenode cert info` prints it) instead.",
      );
    return () => ({ kind: "ca" });
  }

  #fingerprints(given: Entries): (target: string) => Trust {
    const byTarget = new Map(Object.entries(given).map(([target, sha256]) => [this.#url(target), String(sha256)]));
    return (target) => {
      const sha256 = byTarget.get(target);
      return sha256 === undefined ? { kind: "ca" } : { kind: "fingerprint", sha256 };
    };
  }

  async credentials(isPrivate: boolean, env: Environment): Promise<Credentials> {
    const user = this.text("user") ?? this.refuse("has no user.");
    const name = this.text("token_name");
    if (name !== undefined) {
      const secret = await this.secret("token_value", isPrivate, env);
      return secret === undefined
        ? this.refuse("has a token_name and no token_value.")
        : { kind: "token", id: `${user}!${name}`, secret };
    }
    const password = await this.secret("password", isPrivate, env);
    return password === undefined
      ? this.refuse("has neither token_name with token_value, nor a password.")
      : { kind: "ticket", userid: user, password };
  }
}

/** Where systemd puts what `LoadCredential=` names. */
const credentialPlace = (value: string, env: Environment): string | undefined =>
  env.CREDENTIALS_DIRECTORY === undefined
    ? undefined
    : `file:${env.CREDENTIALS_DIRECTORY}/${value.slice("credential:".length)}`;

const readText = (file: string, refuse: (why: string) => never): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return refuse(error instanceof Error && "code" in error ? String(error.code) : String(error));
  }
};

/**
 * The modules of a file as prometheus-pve-exporter has it, with targets, ca and fingerprint besides. Throws a
 * `CommandError` that names file and module.
 *
 * @param others targets of modules that list none
 */
export const modulesOfFile = async (
  file: string,
  others: readonly string[],
  env: Environment,
): Promise<readonly ExporterModule[]> => {
  const text = readText(file, (why) => {
    throw new CommandError(`Cannot read ${file}: ${why}.`);
  });
  const isPrivate = (statSync(file).mode & 0o004) === 0;
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    // The message may quote the line, and the line may be a secret.
    const line = error instanceof YAMLError ? error.linePos?.[0].line : undefined;
    throw new CommandError(`${file}${line === undefined ? "" : `:${line}`}: this is no YAML.`);
  }
  if (!isEntries(content) || Object.keys(content).length === 0)
    throw new CommandError(
      `${file}: there are no modules. Write default: with user, token_name and token_value below.`,
    );
  return Promise.all(
    Object.entries(content).map(async ([name, entries]) => {
      if (!isEntries(entries)) throw new CommandError(`${file}: the module ${name} says nothing.`);
      const reader = new ModuleReader(file, name, entries);
      return {
        name,
        targets: reader.targets(others),
        oneCluster: reader.flag("one_cluster") ?? false,
        trustOf: reader.trust(),
        credentials: await reader.credentials(isPrivate, env),
      };
    }),
  );
};
