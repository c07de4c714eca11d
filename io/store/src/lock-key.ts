import { createHash } from "node:crypto";

/** The key of an advisory lock, as a bigint in decimal: PostgreSQL has numbers for them, we have names. */
export const lockKey = (name: string): string =>
  createHash("sha256").update(`orrery ${name}`).digest().readBigInt64BE(0).toString();
