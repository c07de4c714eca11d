import { z } from "zod";
import { text } from "./names.ts";
import { type Secret, secretSchema } from "./secret.ts";
import { type Unknown, unknownSchema } from "./unknown.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/**
 * What a parameter of Proxmox's API is set to. A flag is true or false; a list is one where the API takes commas, and a
 * property string may be taken apart: `{ "keep-daily": 7, "keep-weekly": 4 }`.
 */
export type OptionValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly [key: string]: string | number | boolean };

export const plainOption = z.union([scalar, z.array(z.string()), z.record(z.string(), scalar)], {
  error: "expected a text, a number, true or false, a list of texts, or an object of these",
});

/** Of an object of which nothing is secret, nor left open. */
export const plainOptions = z.record(z.string(), plainOption);

/** An option that may also be kept secret, or left open. */
export type ProxmoxOption = OptionValue | Secret | Unknown;

const isTagged = (value: object): boolean => "kind" in value && (value.kind === "secret" || value.kind === "unknown");

const option = z.custom<ProxmoxOption>().superRefine((value, context) => {
  if (typeof value !== "object" || value === null) {
    if (!scalar.safeParse(value).success)
      context.addIssue({ code: "custom", message: "expected text, a number, true, false, a list or an object" });
    return;
  }
  const schema = Array.isArray(value)
    ? z.array(z.string())
    : isTagged(value)
      ? "from" in value
        ? secretSchema
        : unknownSchema
      : z.record(text, scalar);
  const result = schema.safeParse(value, { jitless: true });
  for (const issue of result.error?.issues ?? [])
    context.addIssue({ code: "custom", message: issue.message, path: [...issue.path] });
});

/**
 * Parameters of an object by the names that Proxmox's API has for them. Which there are, and what each may be, is the
 * API's to say: a plan tells of those that it would refuse.
 */
export const proxmoxOptions = z.record(text, option);
export type ProxmoxOptions = Readonly<Record<string, ProxmoxOption>>;
