import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { takesBrotli, takesGzip } from "@orrery/telemetry";

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);

/** Below that a packet carries it anyhow. Characters. */
const leastPacked = 1024;
/** Answers are packed anew each time: quickly is better than small. */
const quick = {
  params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_QUALITY]: 4 },
};

/** Weak: it is the same for an answer as it is and packed in either way. */
export const tagOf = (text: string): string =>
  `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;

/** Whether what was asked for `if-none-match` is what there is. */
export const isKnown = (tag: string, asked: string | undefined): boolean =>
  asked?.split(",").some((one) => one.trim() === tag || `W/${one.trim()}` === tag) === true;

type Packed = { readonly encoding?: "br" | "gzip"; readonly body: string | Buffer };

/** The text as whoever asks can read it, small where that is worth it. */
export const packedFor = async (text: string, accepts: string | undefined): Promise<Packed> => {
  if (text.length < leastPacked) return { body: text };
  if (takesBrotli(accepts)) return { encoding: "br", body: await brotlied(text, quick) };
  if (takesGzip(accepts)) return { encoding: "gzip", body: await gzipped(text, { level: 5 }) };
  return { body: text };
};
