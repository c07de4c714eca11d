import { types } from "node:util";
import type { Path } from "@orrery/model";
import type { Literal, Part, Source } from "./literal.ts";
import { isWithin, type Place } from "./place.ts";
import { type Made, registry, type Spread } from "./registry.ts";

/** Where a value of a literal comes from. */
type Origin = { readonly place: Place; readonly source: Source };

/**
 * Whether a literal's own place says more than the place of the expression that led to it. One that stands outside
 * functions, inside that expression, or is named by it does; one that a function made for this caller does not.
 */
const standsForItself = (literal: Literal, source: Source | undefined): boolean =>
  !literal.inFunction || (source !== undefined && (source.names || isWithin(literal, source)));

const originOfPart = ({ place, source }: Part): Origin => ({ place, source });

const originInSpread = (part: Part, spread: Spread | undefined, step: string | number): Origin => {
  const made = registry.made(spread?.operand);
  const inner = made !== undefined && standsForItself(made.literal, part.source) ? originOf(made, step) : undefined;
  return inner ?? originOfPart(part);
};

const originOfProperty = ({ literal, spread }: Made, key: string, child: Made | undefined): Origin | undefined => {
  let spreads = spread.length;
  const computed: Part[] = [];
  for (const part of literal.parts.toReversed()) {
    if (part.kind === "property" && part.key === key) return originOfPart(part);
    if (part.kind === "computed") computed.push(part);
    if (part.kind !== "spread") continue;
    spreads -= 1;
    const operand = spread[spreads]?.operand;
    if (typeof operand !== "object" || operand === null || types.isProxy(operand)) continue;
    if (Object.hasOwn(operand, key)) return originInSpread(part, spread[spreads], key);
  }
  const holds = computed.find((part) => child !== undefined && isWithin(child.literal, part.source));
  const [only] = computed;
  const part = holds ?? (computed.length === 1 ? only : undefined);
  return part === undefined ? undefined : originOfPart(part);
};

const originOfElement = ({ literal, spread, length }: Made, index: number): Origin | undefined => {
  const spreadLength = spread.reduce((sum, { length }) => sum + length, 0);
  // What does not add up was changed or interleaved since, and its indexes say nothing.
  if (literal.parts.length - literal.spreads + spreadLength !== length) return undefined;
  let first = 0;
  let spreads = 0;
  for (const part of literal.parts) {
    const taken = part.kind === "spread" ? spread[spreads] : undefined;
    if (part.kind === "spread") spreads += 1;
    const next = first + (part.kind === "spread" ? (taken?.length ?? 0) : 1);
    if (index < next) return part.kind === "spread" ? originInSpread(part, taken, index - first) : originOfPart(part);
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
  let place = made?.literal.place ?? start;
  let source: Source | undefined;
  for (const step of path) {
    const isContainer = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    const next: unknown = isContainer ? Reflect.get(value as object, step) : undefined;
    const child = madeOf(next);
    const origin = made === undefined ? undefined : originOf(made, step, child);
    if (origin !== undefined) {
      place = origin.place;
      source = origin.source;
    } else if (source?.names) {
      // Past what is known, only what lies inside the last known expression may speak for it.
      source = { ...source, names: false };
    }
    made = child !== undefined && standsForItself(child.literal, source) ? child : undefined;
    if (made !== undefined && (source === undefined || !isWithin(made.literal, source))) place = made.literal.place;
    value = next;
  }
  return place;
};
