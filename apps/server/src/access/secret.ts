import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A secret of 256 bits, as text for a URL or a header. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** What is kept of a secret that cannot be guessed: a plain hash is enough. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/** Whether two texts are the same, in a time that does not tell where they differ. */
export const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
