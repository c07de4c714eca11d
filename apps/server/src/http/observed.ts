import type { Observed } from "@orrery/state";
import { z } from "zod";
import { named } from "./open-api.ts";
import { typed } from "./typed.ts";

/** A part as it was observed, with its time, or why it is not known. */
export const observed = named(
  "Observed",
  typed<Observed<unknown>>(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("observed"), at: z.number(), value: z.unknown() }),
      z.strictObject({ kind: z.literal("unreachable"), at: z.number(), why: z.string() }),
      z.strictObject({ kind: z.literal("unasked"), why: z.string() }),
    ]),
  ),
);
