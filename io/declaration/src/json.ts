import { type Expression, parseExpressionAt } from "acorn";
import type { Literal, Part, Source } from "./literal.ts";
import { type Place, placesIn } from "./place.ts";
import { closed, describeThrown, type Refused } from "./refusal.ts";
import { registry } from "./registry.ts";

type Read =
  | { readonly kind: "read"; readonly value: unknown }
  | { readonly kind: "refused"; readonly problem: Refused };

/** Tells the registry where the parts of a JSON text stand, as a running module would. */
const mark = (file: string, placeOf: (offset: number) => Place, node: Expression, value: unknown): void => {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || (node.type !== "ObjectExpression" && node.type !== "ArrayExpression")) return;
  const sourceOf = ({ start, end }: Expression): Source => ({ file, start, end, names: false });
  const parts: Part[] = [];
  const inner: [Expression, string | number][] = [];
  if (node.type === "ObjectExpression") {
    for (const property of node.properties) {
      if (property.type !== "Property" || property.key.type !== "Literal") continue;
      const key = String(property.key.value);
      parts.push({ kind: "property", key, place: placeOf(property.start), source: sourceOf(property.value) });
      inner.push([property.value, key]);
    }
  } else {
    for (const [index, element] of node.elements.entries()) {
      if (element === null || element.type === "SpreadElement") continue;
      parts.push({ kind: "element", place: placeOf(element.start), source: sourceOf(element) });
      inner.push([element, index]);
    }
  }
  const { start, end } = node;
  const literal: Literal = { file, start, end, place: placeOf(start), inFunction: false, parts, spreads: 0 };
  const id = registry.add(literal);
  registry.literal(id, value);
  registry.release([id]);
  for (const [expression, key] of inner) mark(file, placeOf, expression, Reflect.get(value, key));
};

/** Reads a declaration written as JSON. */
export const readJson = (file: string, text: string): Read => {
  const placeOf = placesIn(file, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const words = closed(describeThrown(error).words.replace(/^SyntaxError: /, ""));
    const said = Number(/at position (\d+)/.exec(words)?.[1] ?? Number.NaN);
    const offset = Number.isNaN(said) ? offsetOfError(text) : said;
    const message = `syntax error: ${words.replace(/,? (in JSON )?at position .*$/, "")}. Mend it; JSON takes no comments and no comma before } or ].`;
    return { kind: "refused", problem: { place: placeOf(offset), message } };
  }
  try {
    mark(file, placeOf, parseExpressionAt(text, 0, { ecmaVersion: "latest" }), value);
  } catch (error) {
    // Nested past the parser's depth: such a text has no places, and is refused for its depth afterwards.
    if (!(error instanceof RangeError || /stack space/.test(describeThrown(error).message))) throw error;
  }
  return { kind: "read", value };
};

/** JSON.parse does not always say where; the JavaScript parser does, save for what is wrong in JSON alone. */
const offsetOfError = (text: string): number => {
  try {
    const { end } = parseExpressionAt(text, 0, { ecmaVersion: "latest" });
    return Math.min(end, text.length);
  } catch (error) {
    const at: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "pos") : undefined;
    return typeof at === "number" ? Math.min(at, text.length) : 0;
  }
};
