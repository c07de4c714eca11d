import { createHmac } from "node:crypto";

const prefix = "whsec_";

/** The bytes of a secret: base64 behind `whsec_`, else the text itself. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), "base64") : Buffer.from(secret, "utf8");

/**
 * The headers of Standard Webhooks: HMAC-SHA256 over id, time and body. The receiver refuses what is old, and what has
 * an id that it knows.
 *
 * @param now milliseconds since 1970
 */
export const signed = (id: string, now: number, body: string, secret: string): Readonly<Record<string, string>> => {
  const at = Math.floor(now / 1000);
  const made = createHmac("sha256", keyOf(secret)).update(`${id}.${at}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(at), "webhook-signature": `v1,${made}` };
};
