import { z } from "zod";

/** A page of a list: so many, after so many. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(10_000).default(200),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
};

/** What a list tells beside its items. */
export const paged = {
  total: z.number().describe("how many there are, whatever the page"),
  offset: z.number(),
};

type Page = { readonly limit: number; readonly offset: number };

export const pageOf = <T>(items: readonly T[], { limit, offset }: Page) => ({
  total: items.length,
  offset,
  items: items.slice(offset, offset + limit),
});

/** One value, or the same name several times: `?node=pve1&node=pve2`. */
export const several = <S extends z.ZodType<string>>(one: S) =>
  z
    .union([one, z.array(one).max(100)])
    .transform((given): readonly string[] => (Array.isArray(given) ? given.map(String) : [String(given)]))
    .optional();

export const isOneOf = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

export const flag = z.enum(["true", "false"]).transform((given) => given === "true");
