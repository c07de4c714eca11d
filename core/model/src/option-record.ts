import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** What an option may be set to: a text, number or flag; a list; or a property string, key by key. */
export const optionValue = z.union([scalar, z.array(z.string()), z.record(z.string(), scalar)], {
  error: "expected a text, a number, true or false, a list of texts, or an object of these",
});
export type OptionValue = z.output<typeof optionValue>;

/**
 * Options by the names that Proxmox's API has for them. Which there are, and what each may be, is the API's to say: a plan
 * tells of those that it would refuse.
 */
export const optionRecord = z.record(z.string(), optionValue);
