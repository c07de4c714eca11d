/** A piece of source text that has yet to be laid out. */
export type Term =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Element[] }
  | { readonly kind: "record"; readonly spreads: readonly string[]; readonly entries: readonly Entry[] };

/** `heading` becomes a comment line before it. */
export type Element = { readonly term: Term; readonly heading?: string };
/** A term that is the name of its key is written once: `bootTime`. */
export type Entry = { readonly key: string; readonly term: Term };

const identifier = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const canonicalNumber = /^(0|[1-9]\d{0,14})$/;

/** A text between double quotes, as JSON writes it, which no line separator of JavaScript can break. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");

const keyText = (key: string): string => {
  // Written plainly, this key would set the prototype.
  if (key === "__proto__") return '["__proto__"]';
  return identifier.test(key) || canonicalNumber.test(key) ? key : quoted(key);
};

const width = 120;

const entryText = ({ key, term }: Entry, value: string): string =>
  term.kind === "text" && value === key ? key : `${keyText(key)}: ${value}`;

/** In one line; undefined of what has a heading in it. */
const inline = (term: Term): string | undefined => {
  if (term.kind === "text") return term.text;
  const parts: string[] = [];
  if (term.kind === "list") {
    for (const { term: item, heading } of term.items) {
      const text = heading === undefined ? inline(item) : undefined;
      if (text === undefined) return undefined;
      parts.push(text);
    }
    return `[${parts.join(", ")}]`;
  }
  for (const name of term.spreads) parts.push(`...${name}`);
  for (const entry of term.entries) {
    const text = inline(entry.term);
    if (text === undefined) return undefined;
    parts.push(entryText(entry, text));
  }
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
};

/** Many properties read better one below another, even where a line would hold them. */
const most = 6;
const isLong = (term: Term): boolean =>
  term.kind === "record" && (term.entries.length > most || term.entries.some(({ term: inner }) => isLong(inner)));

/**
 * Lays a term out.
 *
 * @param indent of the line that it begins on
 * @param taken columns that stand before and after it on that line
 */
export const layOut = (term: Term, indent: number, taken: number): string => {
  const short = isLong(term) ? undefined : inline(term);
  if (term.kind === "text") return term.text;
  if (short !== undefined && taken + short.length <= width) return short;
  const inner = " ".repeat(indent + 2);
  const close = " ".repeat(indent);
  const lines: string[] = [];
  if (term.kind === "list") {
    for (const { term: item, heading } of term.items) {
      if (heading !== undefined) lines.push(`${inner}// ${heading.replace(/\s+/g, " ")}`);
      lines.push(`${inner}${layOut(item, indent + 2, indent + 3)},`);
    }
    return `[\n${lines.join("\n")}\n${close}]`;
  }
  for (const name of term.spreads) lines.push(`${inner}...${name},`);
  for (const entry of term.entries) {
    const before = keyText(entry.key).length + 2;
    lines.push(`${inner}${entryText(entry, layOut(entry.term, indent + 2, indent + 2 + before + 1))},`);
  }
  return `{\n${lines.join("\n")}\n${close}}`;
};
