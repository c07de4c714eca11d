import type { PveReply, PveRequest } from "@orrery/contract";

const secretName = /passw|secret|passphrase|otp|challenge|credential|private|^(ticket|token|key)$/i;
/** Shorter than this, a value would blot out words; Proxmox's shortest password is five. */
const shortest = 5;

/** The values in a request that must not be repeated to anybody. */
export const secretsIn = ({ params }: Pick<PveRequest, "params">): readonly string[] =>
  Object.entries(params)
    .filter(([name]) => secretName.test(name))
    .flatMap(([, value]) => (typeof value === "object" ? value.map(String) : [String(value)]));

const withoutSecrets = (text: string, secrets: readonly string[]) =>
  secrets.reduce((rest, secret) => (secret.length < shortest ? rest : rest.replaceAll(secret, "…")), text);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A failed answer without the secrets that Proxmox may have quoted from the request: `… failed - got 'hunter22'`. */
export const redacted = (reply: PveReply, secrets: readonly string[]): PveReply => {
  if (reply.status < 400) return reply;
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return withoutSecrets(value, secrets);
    if (Array.isArray(value)) return value.map(clean);
    if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one)]));
    return value;
  };
  return { ...reply, reason: withoutSecrets(reply.reason, secrets), body: clean(reply.body) };
};
