import { type Expression, parseExpressionAt } from "acorn";
import type { Part, Source } from "./literal.ts";
import { type SourceFile, sourceFile } from "./place.ts";
import { closed, describeThrown, type Refused } from "./refusal.ts";
import { registry } from "./registry.ts";

type Read =
  | { readonly kind: "read"; readonly value: unknown }
  | { readonly kind: "refused"; readonly problem: Refused };

/** Tells the registry where the parts of a JSON text stand, as a running module would. */
const mark = (file: SourceFile, node: Expression, value: unknown): void => {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || (node.type !== "ObjectExpression" && node.type !== "ArrayExpression")) return;
  const sourceOf = ({ start, end }: Expression): Source => ({ start, end, names: false });
  const parts: Part[] = [];
  const inner: [Expression, string | number][] = [];
  if (node.type === "ObjectExpression") {
    for (const property of node.properties) {
      if (property.type !== "Property" || property.key.type !== "Literal") continue;
      const key = String(property.key.value);
      parts.push({ kind: "property", key, at: property.start, source: sourceOf(property.value) });
      inner.push([property.value, key]);
    }
  } else {
    for (const [index, element] of node.elements.entries()) {
      if (element === null || element.type === "SpreadElement") continue;
      parts.push({ kind: "element", at: element.start, source: sourceOf(element) });
      inner.push([element, index]);
    }
  }
  const id = registry.add(file, [{ start: node.start, end: node.end, inFunction: false, parts, spreads: 0 }]);
  registry.literal(id, value);
  registry.release(id, 1);
  for (const [expression, key] of inner) mark(file, expression, Reflect.get(value, key));
};

/** Reads a declaration written as JSON. */
export const readJson = (file: string, text: string): Read => {
  const source = sourceFile(file, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const words = closed(describeThrown(error).words.replace(/^SyntaxError: /, ""));
    const said = Number(/at position (\d+)/.exec(words)?.[1] ?? Number.NaN);
    const offset = Number.isNaN(said) ? offsetOfError(text) : said;
    const message = `syntax error: ${words.replace(/,? (in JSON )?at position .*$/, "")}. Mend it; JSON takes no comments and no comma before } or ].`;
    return { kind: "refused", problem: { place: source.placeOf(offset), message } };
  }
  try {
    mark(source, parseExpressionAt(text, 0, { ecmaVersion: "latest" }), value);
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
