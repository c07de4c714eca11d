import { readFile } from "node:fs/promises";
import { type PveVersion, pveVersionOf } from "@orrery/contract";
import { type Credentials, connectPve, type Endpoint, type PveClient, type Trust } from "@orrery/pve";
import { z } from "zod";
import { type Environment, secretAt, secretPlace } from "../secret-place.ts";

const credentials = z.union([
  z.strictObject({
    token: z.string().regex(/^[^\s!]+@[^\s!]+![^\s!]+$/, "expected USER@REALM!NAME"),
    secret: secretPlace,
  }),
  z.strictObject({ user: z.string().regex(/^\S+@[^\s@]+$/, "expected USER@REALM"), password: secretPlace }),
]);

/** How a cluster is reached. Nothing in it is secret. */
export const connection = z.strictObject({
  urls: z.array(z.string().startsWith("https://", "expected https://HOST or https://HOST:PORT")).min(1),
  /** SHA-256 of the certificate, or else an authority's PEM file; the public authorities where neither is given. */
  fingerprint: z.string().optional(),
  ca: z.string().optional(),
  credentials,
});
export type Connection = z.output<typeof connection>;

const credentialsOf = async ({ credentials: given }: Connection, env: Environment): Promise<Credentials> =>
  "token" in given
    ? { kind: "token", id: given.token, secret: await secretAt(given.secret, env) }
    : { kind: "ticket", userid: given.user, password: await secretAt(given.password, env) };

const trustOf = async ({ fingerprint, ca }: Connection): Promise<Trust> => {
  if (fingerprint !== undefined) return { kind: "fingerprint", sha256: fingerprint };
  return ca === undefined ? { kind: "ca" } : { kind: "ca", pem: await readFile(ca, "utf8") };
};

/** A cluster that says nothing for so long is told as silent. Milliseconds for one request, retries included. */
const usualPatienceMs = 15_000;

/** A client that speaks the release of the cluster. Secrets are read anew each time: they may have been changed. */
export const connectTo = async (
  given: Connection,
  env: Environment,
  withinMs: number = usualPatienceMs,
): Promise<PveClient<PveVersion>> => {
  const [who, trust] = await Promise.all([credentialsOf(given, env), trustOf(given)]);
  const [first, ...others] = given.urls.map((url): Endpoint => ({ url, trust }));
  if (first === undefined) throw new Error("No address of the cluster is given.");
  const client = (version: PveVersion): PveClient<PveVersion> =>
    connectPve<PveVersion>({ version, endpoints: [first, ...others], credentials: who, withinMs });
  const asked = client("9.2");
  let release: string;
  try {
    ({ version: release } = await asked.get("/version"));
  } catch (error) {
    await asked.close();
    throw error;
  }
  const version = pveVersionOf(release);
  if (version === "9.2") return asked;
  await asked.close();
  if (version === undefined) throw new Error(`The cluster runs Proxmox VE ${release}; Orrery speaks 8 and 9.`);
  return client(version);
};
