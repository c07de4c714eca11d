import { z } from "zod";
import { connection } from "./clusters/connection.ts";

const address = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/, "expected HOST:PORT");

/** What a file of settings may say. Secrets are in it by their places alone. */
const settings = z.strictObject({
  listen: address.optional(),
  tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
  /** Who may scrape `/metrics` and `/pve`: viewers by a token, or whoever reaches the server. */
  metrics: z.enum(["viewer", "open"]).optional(),
  clusters: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "expected letters, digits, dots and dashes"),
        /** A declaration, by its path from the folder of this file. */
        lab: z.string().optional(),
        connection,
      }),
    )
    .min(1),
});
export type Settings = z.output<typeof settings>;

export type ReadSettings =
  | { readonly kind: "settings"; readonly settings: Settings }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

/** Reads settings, JSON. All problems come back at once, each with its place. */
export const readSettings = (text: string): ReadSettings => {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { kind: "problems", problems: [`it is no JSON: ${error instanceof Error ? error.message : ""}`] };
  }
  const read = settings.safeParse(raw);
  if (!read.success) {
    const problems = read.error.issues.map(
      ({ path, message }) => `${path.map(String).join(".") || "the whole"}: ${message}`,
    );
    return { kind: "problems", problems };
  }
  const ids = read.data.clusters.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return { kind: "problems", problems: [`clusters: "${twice}" is there twice`] };
  return { kind: "settings", settings: read.data };
};

/** `HOST:PORT`, as settings and the command line write it; undefined where it is neither. */
export const parseListen = (text: string): { readonly host: string; readonly port: number } | undefined => {
  if (!address.safeParse(text).success) return undefined;
  const colon = text.lastIndexOf(":");
  const port = Number(text.slice(colon + 1));
  return port > 65_535 ? undefined : { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port };
};
