import type { NotificationTarget } from "@orrery/model";
import type { Value } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import { fromBase64, toBase64 } from "../base64.ts";

type Webhook = Extract<NotificationTarget, { readonly type: "webhook" }>;

/** An entry as the API has it: `name=X-Token,value=` and the value in base64. */
const partsOf = (entry: unknown): readonly [name: string, value: string | undefined] => {
  const part = (key: string): string | undefined => new RegExp(`(?:^|,)${key}=([^,]*)`).exec(String(entry))?.[1];
  const value = part("value");
  return [part("name") ?? "", value === undefined ? undefined : fromBase64(value)];
};

const entriesOf = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : raw === undefined ? [] : [raw]);

/** Headers in plain text by name. */
export const seenHeaders = (raw: unknown): Record<string, string> =>
  Object.fromEntries(
    entriesOf(raw)
      .map((entry) => partsOf(entry))
      .map(([name, value]) => [name, value ?? ""]),
  );

/** Names of secrets, whose values the API keeps to itself. */
export const seenSecrets = (raw: unknown): string[] => entriesOf(raw).map((entry) => partsOf(entry)[0]);

/** The body in plain text. */
export const seenBody = (raw: unknown): string | undefined =>
  typeof raw === "string" ? (fromBase64(raw) ?? raw) : undefined;

/** What only a webhook has, in canonical form. */
export const webhookProperties = (
  header: Readonly<Record<string, string>>,
  body: string | undefined,
  secrets: readonly string[],
): Record<string, Value> => ({
  ...(Object.keys(header).length === 0
    ? {}
    : { header: Object.fromEntries(Object.entries(header).toSorted(([one], [other]) => (one < other ? -1 : 1))) }),
  ...(body === undefined || body === "" ? {} : { body }),
  ...(secrets.length === 0 ? {} : { secret: secrets.toSorted() }),
});

/**
 * What of a webhook a request carries: of these properties, those that it has.
 *
 * @param kept secrets that are there, and stay as they are
 */
export const sentWebhook = (
  { header = {}, body, secret = {} }: Webhook,
  properties: readonly string[],
  kept: readonly string[] = [],
): Record<string, CallValue> => {
  const headers = Object.entries(header).map(([name, value]) => `name=${name},value=${toBase64(value)}`);
  const secrets = Object.entries(secret).map(([name, { from }]) =>
    kept.includes(name)
      ? `name=${name}`
      : ({ secret: from, after: `name=${name},value=`, encoding: "base64" } as const),
  );
  const all: Record<string, CallValue> = {
    ...(headers.length === 0 ? {} : { header: headers }),
    ...(body === undefined ? {} : { body: toBase64(body) }),
    ...(secrets.length === 0 ? {} : { secret: secrets }),
  };
  return Object.fromEntries(Object.entries(all).filter(([key]) => properties.includes(key)));
};
