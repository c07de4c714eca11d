import { z } from "zod";
import { claims } from "./claims.ts";
import { poolName, text } from "./names.ts";

export const pool = z.strictObject({ purpose: text.optional() });
export type Pool = z.output<typeof pool>;

/** Pools: guests and storages that rights are granted on together. A guest says which it is in. */
export const pools = z.strictObject({ items: z.record(poolName, pool), claims });
