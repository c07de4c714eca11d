import { z } from "zod";

/** A measurable that nobody has measured or stated yet. What depends on it is unproven: never passed, never failed. */
export type Unknown = { readonly kind: "unknown"; readonly why: string };

/** A value transcribed as the paper has it, though it cannot be typed as it stands (`10.25.20.X`). It loads; the check reports it. */
export type AsWritten = { readonly kind: "as-written"; readonly text: string };

/** Says that a number is not known, and why; for any measurable of a declaration. */
export const unknown = (why: string): Unknown => ({ kind: "unknown", why });

/** Transcribes what a document says where the declaration would refuse it, so that nothing is repaired silently. */
export const asWritten = (text: string): AsWritten => ({ kind: "as-written", text });

const isTagged = (value: unknown, kind: string): boolean =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === kind;

export const isUnknown = (value: unknown): value is Unknown => isTagged(value, "unknown");
export const isAsWritten = (value: unknown): value is AsWritten => isTagged(value, "as-written");

/** The value, unless it is unknown, as written or left out. */
export const known = <T>(value: T): Exclude<T, Unknown | AsWritten | undefined> | undefined =>
  isUnknown(value) || isAsWritten(value) || value === undefined
    ? undefined
    : (value as Exclude<T, Unknown | AsWritten | undefined>);

export const unknownSchema = z.strictObject({ kind: z.literal("unknown"), why: z.string().min(1) });
export const asWrittenSchema = z.strictObject({ kind: z.literal("as-written"), text: z.string() });

/**
 * A schema that also takes `unknown("why")` or `asWritten("text")`. Which branch applies is decided by the value's own
 * `kind`, so that a problem is told about the value that was meant and not about every alternative.
 */
const tagged = <S extends z.ZodType, T extends Unknown | AsWritten>(schema: S, tags: Record<string, z.ZodType>) =>
  z
    .custom<z.input<S> | T>(() => true)
    .transform((value, context): z.output<S> | T => {
      const tag = Object.keys(tags).find((kind) => isTagged(value, kind));
      const result = (tag === undefined ? schema : (tags[tag] as z.ZodType)).safeParse(value, { jitless: true });
      if (result.success) return result.data as z.output<S> | T;
      for (const issue of result.error.issues) {
        context.addIssue({ code: "custom", message: issue.message, path: [...issue.path] });
      }
      return z.NEVER;
    });

export const measurable = <S extends z.ZodType>(schema: S) => tagged<S, Unknown>(schema, { unknown: unknownSchema });
export const written = <S extends z.ZodType>(schema: S) =>
  tagged<S, AsWritten>(schema, { "as-written": asWrittenSchema });
export const measurableOrWritten = <S extends z.ZodType>(schema: S) =>
  tagged<S, Unknown | AsWritten>(schema, { unknown: unknownSchema, "as-written": asWrittenSchema });
