import { readFileSync } from "node:fs";
import { PveError, type PveVersion, pveVersionOf } from "@orrery/contract";
import {
  type Credentials,
  connectPve,
  type Endpoint,
  type PveClient,
  PveConfigurationError,
  type Trust,
} from "@orrery/pve";
import { CommandError, exitCode } from "../exit-code.ts";

export type ConnectionArguments = {
  readonly url?: readonly string[];
  readonly token?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly otp?: string;
  readonly fingerprint?: string;
  readonly ca?: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

const read = (what: string, file: string): string => {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "it cannot be read";
    throw new CommandError(`Cannot read ${what} ${file}: ${why}.`);
  }
};

const trustOf = ({ fingerprint, ca }: ConnectionArguments, env: Environment): Trust => {
  const pinned = fingerprint ?? (ca === undefined ? env.ORRERY_FINGERPRINT : undefined);
  if (fingerprint !== undefined && ca !== undefined)
    throw new CommandError("--fingerprint and --ca are two reasons to believe it. Take one.");
  if (pinned !== undefined) return { kind: "fingerprint", sha256: pinned };
  const file = ca ?? env.ORRERY_CA;
  return file === undefined ? { kind: "ca" } : { kind: "ca", pem: read("the authority", file) };
};

const credentialsOf = ({ token, user, passwordFile, otp }: ConnectionArguments, env: Environment): Credentials => {
  if (token !== undefined && user !== undefined)
    throw new CommandError("--token and --user are two ways in. Take one.");
  const asToken = token ?? (user === undefined ? env.ORRERY_TOKEN : undefined);
  if (asToken !== undefined) {
    const at = asToken.indexOf("=");
    if (at < 1) throw new CommandError("A token is written USER@REALM!NAME=SECRET.");
    return { kind: "token", id: asToken.slice(0, at), secret: asToken.slice(at + 1) };
  }
  const userid = user ?? env.ORRERY_USER;
  if (userid === undefined)
    throw new CommandError(
      "Say who asks: --token (or ORRERY_TOKEN), or --user with --password-file (or ORRERY_USER and ORRERY_PASSWORD).",
    );
  const password =
    passwordFile === undefined ? env.ORRERY_PASSWORD : read("the password", passwordFile).split(/\r?\n/, 1)[0];
  if (password === undefined || password === "")
    throw new CommandError(`There is no password for ${userid}: give --password-file, or ORRERY_PASSWORD.`);
  if (otp === undefined) return { kind: "ticket", userid, password };
  return { kind: "ticket", userid, password, secondFactor: () => Promise.resolve({ kind: "totp", code: otp }) };
};

/** The addresses that the command line, or the environment, gives. */
export const urlsOf = (options: ConnectionArguments, env: Environment): readonly string[] =>
  options.url ?? env.ORRERY_URL?.split(/[\s,]+/).filter(Boolean) ?? [];

/** Where, as whom, and why the other side is believed: what the command line, or the environment, says of a cluster. */
export const connectionOf = (
  options: ConnectionArguments,
  env: Environment,
): { readonly urls: readonly string[]; readonly trust: Trust; readonly credentials: Credentials } => {
  const urls = urlsOf(options, env);
  if (urls.length === 0) throw new CommandError("Say which cluster: --url https://pve1:8006, or ORRERY_URL.");
  return { urls, trust: trustOf(options, env), credentials: credentialsOf(options, env) };
};

/** Which cluster, and then who asks: so that whoever gave neither is asked for the first thing first. */
const asker = (options: ConnectionArguments, env: Environment): Credentials => {
  if (urlsOf(options, env).length === 0)
    throw new CommandError("Say which cluster: --url https://pve1:8006, or ORRERY_URL.");
  return credentialsOf(options, env);
};

const clientOf = <V extends PveVersion>(
  version: V,
  options: ConnectionArguments,
  credentials: Credentials,
  env: Environment,
): PveClient<V> => {
  const urls = urlsOf(options, env);
  const trust = trustOf(options, env);
  const [first, ...others] = urls.map((url): Endpoint => ({ url, trust }));
  if (first === undefined) throw new CommandError("Say which cluster: --url https://pve1:8006, or ORRERY_URL.");
  try {
    return connectPve({ version, endpoints: [first, ...others], credentials });
  } catch (error) {
    if (error instanceof PveConfigurationError) throw new CommandError(error.message);
    throw error;
  }
};

/** A client of the cluster that the command line, or the environment, names. */
export const connect = (options: ConnectionArguments, env: Environment): PveClient =>
  clientOf("9.2", options, asker(options, env), env);

const userOf = (credentials: Credentials): string =>
  credentials.kind === "token" ? credentials.id : credentials.userid;

/** The token or user that asks. */
export const askerOf = (options: ConnectionArguments): string => userOf(asker(options, process.env));

/** What somebody who was not let in can check. */
const letInHint = (who: string): string =>
  who.includes("!")
    ? `\nThe token ${who} was not let in. Check its name and secret (--token, or ORRERY_TOKEN), and that neither it nor its user has expired or is disabled: \`pveum user token list ${who.split("!", 1)[0]}\`.`
    : `\nThe user ${who} was not let in. Check the realm after the @, the password (--password-file, or ORRERY_PASSWORD), a second factor (--otp), and that the user has not expired and is not disabled: \`pveum user list\`.`;

/**
 * What went wrong while a cluster was spoken with, for the person at the keyboard; any other error as it is.
 *
 * @param who the token or user that asked
 */
export const pveFailure = (error: unknown, who: string): unknown => {
  if (error instanceof PveConfigurationError) return new CommandError(error.message);
  if (!(error instanceof PveError)) return error;
  const hint =
    error.kind === "untrusted"
      ? "\nGive --fingerprint, as `pvenode cert info` prints it on the node, or --ca with its /etc/pve/pve-root-ca.pem."
      : error.kind === "unauthenticated"
        ? letInHint(who)
        : "";
  return new CommandError(`${error.message}${hint}`, exitCode.failed);
};

/** The client that speaks the release of the cluster, and another of the same kind whenever one is asked for. */
export const connectByRelease = async (
  options: ConnectionArguments,
  env: Environment,
): Promise<{ pve: PveClient<PveVersion>; credentials: Credentials; another: () => PveClient<PveVersion> }> => {
  const credentials = asker(options, env);
  const asked = clientOf("9.2", options, credentials, env);
  const { version: release } = await asked.get("/version").catch(async (error: unknown) => {
    await asked.close();
    throw pveFailure(error, userOf(credentials));
  });
  const version = pveVersionOf(release);
  if (version === "9.2") return { pve: asked, credentials, another: () => clientOf("9.2", options, credentials, env) };
  await asked.close();
  if (version === undefined)
    throw new CommandError(`The cluster runs Proxmox VE ${release}; Orrery speaks 8 and 9.`, exitCode.failed);
  const another = (): PveClient<PveVersion> => clientOf<PveVersion>(version, options, credentials, env);
  return { pve: another(), credentials, another };
};
