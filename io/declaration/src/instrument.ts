import { type AnyNode, type ArrayExpression, type ObjectExpression, type Program, parse } from "acorn";
import type { Literal, Part, Source } from "./literal.ts";
import { type Place, placesIn } from "./place.ts";

/** The names of the functions that the marked text calls; each file gets its own, hoisted, so that import cycles do no harm. */
const prelude =
  'function $orreryLiteral(i,v){return globalThis[Symbol.for("orrery.places")].literal(i,v)}' +
  'function $orrerySpread(v){return globalThis[Symbol.for("orrery.places")].spread(v)}' +
  'function $orreryItems(v){return globalThis[Symbol.for("orrery.places")].items(v)};';

export type Instrumented = {
  /** The same program on the same lines; every object and array literal in it tells the registry of itself. */
  readonly code: string;
  /** Where each imported module is named, by its specifier. */
  readonly imports: ReadonlyMap<string, Place>;
  readonly defaultExport: Place | undefined;
  /** The place in the file as it is written, of a place in `code`. */
  original(line: number, column: number): Place;
};

type Splice = { readonly at: number; readonly text: string };

const isNode = (value: unknown): value is AnyNode =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** Whether what the expression gives is made somewhere else and only named here. */
const namesOnly = (node: AnyNode): boolean => {
  if (node.type === "Identifier" || node.type === "MemberExpression" || node.type === "ChainExpression") return true;
  if (node.type === "ConditionalExpression") return namesOnly(node.consequent) || namesOnly(node.alternate);
  if (node.type === "LogicalExpression") return namesOnly(node.left) || namesOnly(node.right);
  if (node.type === "AwaitExpression") return namesOnly(node.argument);
  return false;
};

const opensFunction = (node: AnyNode): boolean =>
  node.type === "FunctionDeclaration" ||
  node.type === "FunctionExpression" ||
  node.type === "ArrowFunctionExpression" ||
  node.type === "ClassBody";

/**
 * Marks the literals of a JavaScript module.
 *
 * @param add keeps a literal and gives the number that the running program names it by
 * @throws SyntaxError of acorn, with `pos`
 */
export const instrument = (file: string, text: string, add: (literal: Literal) => number): Instrumented => {
  const program: Program = parse(text, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
  const placeOf = placesIn(file, text);
  const splices: Splice[] = [];
  const imports = new Map<string, Place>();
  let defaultExport: Place | undefined;

  const sourceOf = (node: AnyNode): Source => ({ file, start: node.start, end: node.end, names: namesOnly(node) });

  const partOf = (node: ObjectExpression["properties"][number]): Part => {
    const place = placeOf(node.start);
    if (node.type === "SpreadElement") return { kind: "spread", place, source: sourceOf(node.argument) };
    const source = sourceOf(node.value);
    if (node.computed) return { kind: "computed", place, source };
    const key = node.key.type === "Identifier" ? node.key.name : node.key.type === "Literal" ? node.key.value : "";
    return { kind: "property", key: String(key), place, source };
  };

  const itemOf = (node: ArrayExpression["elements"][number], literal: ArrayExpression): Part => {
    if (node === null) {
      const hole = { file, start: literal.start, end: literal.start, names: false };
      return { kind: "element", place: placeOf(literal.start), source: hole };
    }
    const place = placeOf(node.start);
    if (node.type === "SpreadElement") return { kind: "spread", place, source: sourceOf(node.argument) };
    return { kind: "element", place, source: sourceOf(node) };
  };

  const literalOf = (node: ObjectExpression | ArrayExpression, inFunction: boolean): Literal => {
    const parts =
      node.type === "ObjectExpression" ? node.properties.map(partOf) : node.elements.map((item) => itemOf(item, node));
    const spreads = parts.filter((part) => part.kind === "spread").length;
    return { file, start: node.start, end: node.end, place: placeOf(node.start), inFunction, parts, spreads };
  };

  const walk = (node: AnyNode, inFunction: boolean, spreader: "$orrerySpread" | "$orreryItems" | undefined): void => {
    // The leading space keeps `return[…]` from growing into one word.
    const isLiteral = node.type === "ObjectExpression" || node.type === "ArrayExpression";
    if (isLiteral) {
      splices.push({ at: node.start, text: ` $orreryLiteral(${add(literalOf(node, inFunction))},` });
    } else if (node.type === "SpreadElement" && spreader !== undefined) {
      splices.push({ at: node.start + "...".length, text: `${spreader}(` });
    } else if (node.type === "ExportDefaultDeclaration") {
      defaultExport = placeOf(node.start);
    }
    if ("source" in node && isNode(node.source) && node.source.type === "Literal") {
      const specifier = String(node.source.value);
      if (!imports.has(specifier)) imports.set(specifier, placeOf(node.start));
    }
    const inner = inFunction || opensFunction(node);
    const spread =
      node.type === "ObjectExpression" ? "$orrerySpread" : node.type === "ArrayExpression" ? "$orreryItems" : undefined;
    for (const value of Object.values(node)) {
      if (isNode(value)) walk(value, inner, spread);
      else if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, inner, spread);
    }
    if (isLiteral || (node.type === "SpreadElement" && spreader !== undefined)) {
      splices.push({ at: node.end, text: ")" });
    }
  };
  walk(program, false, undefined);

  const start = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
  const ordered = [{ at: start, text: prelude }, ...splices.sort((a, b) => a.at - b.at)];
  let code = "";
  let from = 0;
  for (const splice of ordered) {
    code += text.slice(from, splice.at) + splice.text;
    from = splice.at;
  }
  code += text.slice(from);

  const original = (line: number, column: number): Place => {
    const lineStart = offsetOfLine(text, line);
    let shift = 0;
    for (const splice of ordered) {
      if (splice.at < lineStart) continue;
      // Columns count from 1; a splice that stands after the place no longer moves it.
      if (splice.at - lineStart + shift >= column - 1) break;
      shift += splice.text.length;
    }
    const length = (text.indexOf("\n", lineStart) + 1 || text.length + 1) - lineStart;
    return { file, line, column: Math.min(Math.max(column - shift, 1), length) };
  };
  return { code, imports, defaultExport, original };
};

const offsetOfLine = (text: string, line: number): number => {
  let offset = 0;
  for (let at = 1; at < line; at += 1) {
    const next = text.indexOf("\n", offset);
    if (next === -1) return offset;
    offset = next + 1;
  }
  return offset;
};
