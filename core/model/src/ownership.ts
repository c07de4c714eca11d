import { z } from "zod";
import { text } from "./names.ts";

/**
 * How the cluster's own objects say that the declaration owns them. What bears the mark and is declared no more is
 * removed; what does not is somebody else's, reported, and left alone. A permission is owned with whom it is granted to:
 * it goes where the user, group or token bears the mark. Roles and metric servers have no room for a mark, and are owned
 * only as a whole.
 */
export const ownership = z.strictObject({
  /** The tag of guests; in square brackets, the word that comments of other objects end with. */
  tag: z
    .string()
    .regex(/^[a-z0-9_][a-z0-9_.+-]*$/, 'expected a tag such as "orrery": lower-case letters, digits, _ . + -')
    .default("orrery"),
  /** Kinds of object that are owned as a whole, mark or none: "acl", "role", "metric server", "sdn zone". */
  all: z.array(text).default([]),
});
