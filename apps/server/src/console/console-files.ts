import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { securityHeaders } from "../http/security-headers.ts";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json; charset=utf-8",
};

const encodings = { br: ".br", gzip: ".gz" } as const;
type Encoding = keyof typeof encodings;

type File = {
  readonly type: string;
  readonly plain: Buffer;
  readonly packed: Readonly<Partial<Record<Encoding, Buffer>>>;
};

type Sent = { readonly headers: Readonly<Record<string, string>>; readonly body: string | Buffer };

/** The console as it was built: a page, the same for everybody and every path, and the files that it asks for. */
export type ConsoleFiles = {
  readonly page: () => Sent;
  /** By its name under `/assets/`; `accepts` is the request's `accept-encoding`. */
  readonly asset: (name: string, accepts: string | undefined) => Sent | undefined;
};

const isPacked = (name: string): boolean => Object.values(encodings).some((end) => name.endsWith(end));

const accepted = (accepts: string | undefined, file: File): Encoding | undefined =>
  (["br", "gzip"] as const).find(
    (one) =>
      file.packed[one] !== undefined && new RegExp(`\\b${one}\\b(?!\\s*;\\s*q=0(?:[,\\s]|$))`).test(accepts ?? ""),
  );

/** Where the page's own name for styles that its scripts make stands in the built page. */
const mark = "{{nonce}}";

const policy = (nonce: string): string =>
  (securityHeaders["content-security-policy"] ?? "").replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`);

const pageOf =
  (html: string): ConsoleFiles["page"] =>
  () => {
    const nonce = randomBytes(16).toString("base64");
    return {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy(nonce),
        "cache-control": "no-store",
      },
      body: html.replaceAll(mark, nonce),
    };
  };

/** Reads a built console whole: it is some megabytes. Undefined where none was built. */
export const readConsole = async (folder: URL): Promise<ConsoleFiles | undefined> => {
  let html: string;
  try {
    html = await readFile(new URL("index.html", folder), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const assets = new URL("assets/", folder);
  const names = await readdir(fileURLToPath(assets));
  const bytes = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, assets))] as const)),
  );
  const files = new Map(
    [...bytes]
      .filter(([name]) => !isPacked(name))
      .map(([name, plain]): [string, File] => {
        const packed = Object.fromEntries(
          Object.entries(encodings).flatMap(([encoding, end]) => {
            const found = bytes.get(name + end);
            return found === undefined ? [] : [[encoding, found]];
          }),
        );
        return [name, { type: types[extname(name)] ?? "application/octet-stream", plain, packed }];
      }),
  );
  return {
    page: pageOf(html),
    asset: (name, accepts) => {
      const file = files.get(name);
      if (file === undefined) return undefined;
      const encoding = accepted(accepts, file);
      return {
        headers: {
          "content-type": file.type,
          // Names carry a hash of what is in them.
          "cache-control": "public, max-age=31536000, immutable",
          vary: "accept-encoding",
          ...(encoding === undefined ? {} : { "content-encoding": encoding }),
        },
        body: (encoding === undefined ? undefined : file.packed[encoding]) ?? file.plain,
      };
    },
  };
};
