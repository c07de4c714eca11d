import { deserialize, serialize } from "node:v8";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import manifest from "../../package.json" with { type: "json" };
import type { FeedReading } from "./feed.ts";

/** A reading as other servers of this version are told it. */
export const packReading = (reading: FeedReading): Uint8Array =>
  zstdCompressSync(serialize({ version: manifest.version, reading }));

/** Undefined where another version packed it, which may have had another idea of what a reading is. */
export const unpackReading = (data: Uint8Array): FeedReading | undefined => {
  const { version, reading } = deserialize(zstdDecompressSync(data)) as { version: string; reading: FeedReading };
  return version === manifest.version ? reading : undefined;
};
