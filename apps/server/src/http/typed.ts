import type { z } from "zod";

/**
 * A schema of what core gives, which has its own type there, read-only: the schema is for the document of the API and for
 * the tests, which hold every answer against it.
 */
export const typed = <T>(schema: z.ZodType): z.ZodType<T, T> => schema as z.ZodType<T, T>;
