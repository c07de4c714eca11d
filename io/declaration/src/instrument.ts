import { createRequire } from "node:module";
import type { AnyNode, ArrayExpression, ObjectExpression, Program } from "acorn";
import type { Literal, Part, Source } from "./literal.ts";
import type { Marked, Splice } from "./marked.ts";

/** Loaded when a file is parsed, which one that is as it was before is not. */
const acorn = (): typeof import("acorn") => createRequire(import.meta.url)("acorn");

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

const sourceOf = (node: AnyNode): Source => ({ start: node.start, end: node.end, names: namesOnly(node) });

const partOf = (node: ObjectExpression["properties"][number]): Part => {
  const at = node.start;
  if (node.type === "SpreadElement") return { kind: "spread", at, source: sourceOf(node.argument) };
  const source = sourceOf(node.value);
  if (node.computed) return { kind: "computed", at, source };
  const key = node.key.type === "Identifier" ? node.key.name : node.key.type === "Literal" ? node.key.value : "";
  return { kind: "property", key: String(key), at, source };
};

const itemOf = (node: ArrayExpression["elements"][number], { start }: ArrayExpression): Part => {
  if (node === null) return { kind: "element", at: start, source: { start, end: start, names: false } };
  const kind = node.type === "SpreadElement" ? "spread" : "element";
  return { kind, at: node.start, source: sourceOf(node.type === "SpreadElement" ? node.argument : node) };
};

const literalOf = (node: ObjectExpression | ArrayExpression, inFunction: boolean): Literal => {
  const parts =
    node.type === "ObjectExpression" ? node.properties.map(partOf) : node.elements.map((item) => itemOf(item, node));
  const spreads = parts.filter((part) => part.kind === "spread").length;
  return { start: node.start, end: node.end, inFunction, parts, spreads };
};

/**
 * Finds the literals of a JavaScript module, and the marks that make it tell the registry of each.
 *
 * @throws SyntaxError of acorn, with `loc`
 */
export const instrument = (stripped: string): Marked => {
  const program: Program = acorn().parse(stripped, {
    ecmaVersion: "latest",
    sourceType: "module",
    allowHashBang: true,
  });
  const splices: Splice[] = [];
  const literals: Literal[] = [];
  const imports: [specifier: string, at: number][] = [];
  let defaultExport = -1;

  const walk = (node: AnyNode, inFunction: boolean, spreader: "$orrerySpread" | "$orreryItems" | undefined): void => {
    const isLiteral = node.type === "ObjectExpression" || node.type === "ArrayExpression";
    const isSpread = node.type === "SpreadElement" && spreader !== undefined;
    if (isLiteral) {
      // The leading space keeps `return[…]` from growing into one word.
      splices.push({ at: node.start, text: ` $orreryLiteral(${literals.length},` });
      literals.push(literalOf(node, inFunction));
    }
    if (isSpread) splices.push({ at: node.start + "...".length, text: `${spreader}(` });
    if (node.type === "ExportDefaultDeclaration") defaultExport = node.start;
    if ("source" in node && isNode(node.source) && node.source.type === "Literal") {
      imports.push([String(node.source.value), node.start]);
    }
    const inner = inFunction || opensFunction(node);
    const spread =
      node.type === "ObjectExpression" ? "$orrerySpread" : node.type === "ArrayExpression" ? "$orreryItems" : undefined;
    for (const value of Object.values(node)) {
      if (isNode(value)) walk(value, inner, spread);
      else if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, inner, spread);
    }
    if (isLiteral || isSpread) splices.push({ at: node.end, text: ")" });
  };
  walk(program, false, undefined);

  return { stripped, splices: splices.sort((a, b) => a.at - b.at), literals, imports, defaultExport };
};
