import { types } from "node:util";
import type { Path } from "@orrery/model";
import type { LiteralIn, Part, Source } from "./literal.ts";
import type { Place, SourceFile } from "./place.ts";
import { type Made, registry, type Spread } from "./registry.ts";

/** An expression, and the file that it stands in. */
type Expression = Source & { readonly file: SourceFile };
/** Where a value of a literal comes from. */
type Origin = { readonly place: Place; readonly expression: Expression };

const isWithin = ({ source, literal }: LiteralIn, { file, start, end }: Expression): boolean =>
  source.file === file.file && literal.start >= start && literal.end <= end;

const placeOf = ({ source, literal }: LiteralIn): Place => source.placeOf(literal.start);

/**
 * Whether a literal's own place says more than the place of the expression that led to it. One that stands outside
 * functions, inside that expression, or is named by it does; one that a function made for this caller does not.
 */
const standsForItself = (made: LiteralIn, expression: Expression | undefined): boolean =>
  !made.literal.inFunction || (expression !== undefined && (expression.names || isWithin(made, expression)));

const expressionOf = (file: SourceFile, { source }: Part): Expression => ({ ...source, file });

const originOfPart = (file: SourceFile, part: Part): Origin => ({
  place: file.placeOf(part.at),
  expression: expressionOf(file, part),
});

const originInSpread = (file: SourceFile, part: Part, spread: Spread | undefined, step: string | number): Origin => {
  const made = registry.made(spread?.operand);
  const inner =
    made !== undefined && standsForItself(made, expressionOf(file, part)) ? originOf(made, step) : undefined;
  return inner ?? originOfPart(file, part);
};

const originOfProperty = (made: Made, key: string, child: Made | undefined): Origin | undefined => {
  const { source: file, literal, spread } = made;
  let spreads = spread.length;
  const computed: Part[] = [];
  for (const part of literal.parts.toReversed()) {
    if (part.kind === "property" && part.key === key) return originOfPart(file, part);
    if (part.kind === "computed") computed.push(part);
    if (part.kind !== "spread") continue;
    spreads -= 1;
    const operand = spread[spreads]?.operand;
    if (typeof operand !== "object" || operand === null || types.isProxy(operand)) continue;
    if (Object.hasOwn(operand, key)) return originInSpread(file, part, spread[spreads], key);
  }
  const holds = computed.find((part) => child !== undefined && isWithin(child, expressionOf(file, part)));
  const [only] = computed;
  const part = holds ?? (computed.length === 1 ? only : undefined);
  return part === undefined ? undefined : originOfPart(file, part);
};

const originOfElement = ({ source: file, literal, spread, length }: Made, index: number): Origin | undefined => {
  const spreadLength = spread.reduce((sum, { length }) => sum + length, 0);
  // What does not add up was changed or interleaved since, and its indexes say nothing.
  if (literal.parts.length - literal.spreads + spreadLength !== length) return undefined;
  let first = 0;
  let spreads = 0;
  for (const part of literal.parts) {
    const taken = part.kind === "spread" ? spread[spreads] : undefined;
    if (part.kind === "spread") spreads += 1;
    const next = first + (part.kind === "spread" ? (taken?.length ?? 0) : 1);
    if (index < next)
      return part.kind === "spread" ? originInSpread(file, part, taken, index - first) : originOfPart(file, part);
    first = next;
  }
  return undefined;
};

const originOf = (made: Made, step: string | number, child?: Made): Origin | undefined =>
  made.length === undefined ? originOfProperty(made, String(step), child) : originOfElement(made, Number(step));

/**
 * The place of the deepest property or element on a path that is known.
 *
 * @param root the declaration, as plain data
 * @param rawOf what the running declaration made, of an object of the plain data
 */
export const locate = (
  root: unknown,
  path: Path,
  rawOf: (value: object) => unknown,
  start: Place | undefined,
): Place | undefined => {
  const madeOf = (value: unknown): Made | undefined => {
    if (typeof value !== "object" || value === null) return undefined;
    const raw = rawOf(value);
    const made = registry.made(raw);
    return Array.isArray(raw) && made?.length !== raw.length ? undefined : made;
  };
  let value = root;
  let made = madeOf(root);
  let place = made === undefined ? start : placeOf(made);
  let expression: Expression | undefined;
  for (const step of path) {
    const isContainer = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    const next: unknown = isContainer ? Reflect.get(value as object, step) : undefined;
    const child = madeOf(next);
    const origin = made === undefined ? undefined : originOf(made, step, child);
    if (origin !== undefined) {
      place = origin.place;
      expression = origin.expression;
    } else if (expression?.names) {
      // Past what is known, only what lies inside the last known expression may speak for it.
      expression = { ...expression, names: false };
    }
    made = child !== undefined && standsForItself(child, expression) ? child : undefined;
    if (made !== undefined && (expression === undefined || !isWithin(made, expression))) place = placeOf(made);
    value = next;
  }
  return place;
};
