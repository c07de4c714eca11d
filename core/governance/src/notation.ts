import { type CatalogueId, catalogueOf } from "./catalogue.ts";

/** An id as its catalogue writes it, not yet looked up. */
export interface Reading {
  readonly kind: "id";
  readonly catalogue: CatalogueId;
  readonly id: string;
  /** The same text as the other edition would read it, where the text names none. */
  readonly otherwise: readonly { readonly catalogue: CatalogueId; readonly id: string }[];
  readonly enhancement?: number;
  readonly title?: string;
}

export type ReadId =
  | Reading
  | { readonly kind: "unreadable" }
  /** Numbers alone, which several catalogues have. */
  | { readonly kind: "bare"; readonly id: string }
  | { readonly kind: "unknown edition"; readonly edition: string; readonly instead: Reading["otherwise"] };

const cis =
  /^(?:CIS|CSC)(?:\s+(?:CSC|Critical Security Controls?|Controls?|Safeguard|Sub-?control))?(?:[\s.:_-]*v(?:ersion\s*)?(?<edition>\d+(?:\.\d+)*)[\s:_-]+|[\s.:#_-]*)(?:(?:Control|Safeguard|Sub-?control)\s+)?0*(?<first>\d+)(?:\.0*(?<second>\d+))?(?<rest>(?![\d.]*\d).*)$/i;

const nist =
  /^(?:NIST[\s.:_-]*)?(?:(?:SP[\s-]*)?800-53(?:[\s,.-]*r(?:ev(?:ision)?)?[\s.]*(?<edition>\d))?[\s.:_-]+)?(?<family>[A-Z]{2})(?:[-\s.]?0*(?<number>\d+)(?:\s?\(0*(?<enhancement>\d+)\)|\.0*(?<dotted>\d+))?)?(?<rest>(?![\d.]*\d)(?![a-z]).*)$/i;

const iso =
  /^(?<publisher>(?:ISO(?:\s*\/\s*IEC)?[\s-]*)?(?:2700[12])?)(?:[\s:-]+(?<edition>(?:19|20)\d\d))?[\s.:,_-]*(?:Annex\s*)?(?<annex>A[\s.-]?)?(?<numbers>\d+(?:\.\d+){0,2})(?<rest>(?![\d.]*\d).*)$/i;

const isoEditions = { "2013": "iso-27001-2013", "2022": "iso-27001-2022" } as const;

/** Reads how an id is written, with `assume` for the edition where the text names none. */
export function readId(text: string, assume?: CatalogueId): ReadId {
  return readCis(text, assume) ?? readNist(text) ?? readIso(text, assume) ?? { kind: "unreadable" };
}

function readCis(text: string, assume?: CatalogueId): ReadId | undefined {
  const bare = assume === "cis-7.1" || assume === "cis-8.1" ? `CIS ${text}` : text;
  const groups = (cis.exec(text) ?? cis.exec(bare))?.groups;
  const title = titleIn(groups?.rest);
  if (groups?.first === undefined || title === false) return undefined;
  const id = groups.second === undefined ? groups.first : `${groups.first}.${groups.second}`;
  const catalogue = cisEdition(groups.edition, assume);
  if (catalogue === undefined) {
    return { kind: "unknown edition", edition: `CIS v${groups.edition}`, instead: [{ catalogue: "cis-8.1", id }] };
  }
  const other = catalogue === "cis-8.1" ? "cis-7.1" : "cis-8.1";
  const otherwise =
    groups.edition === undefined && groups.second !== undefined ? [{ catalogue: other, id } as const] : [];
  return { kind: "id", catalogue, id, otherwise, ...titled(title) };
}

function cisEdition(edition: string | undefined, assume?: CatalogueId): CatalogueId | undefined {
  if (edition === undefined) return assume === "cis-7.1" ? "cis-7.1" : "cis-8.1";
  // v8.1 kept the ids of v8, and its patch releases keep those of v8.1.
  if (/^8(\.0|\.1(\.\d+)?)?$/.test(edition)) return "cis-8.1";
  return /^7(\.1)?$/.test(edition) ? "cis-7.1" : undefined;
}

function readNist(text: string): ReadId | undefined {
  const groups = nist.exec(text)?.groups;
  const title = titleIn(groups?.rest);
  if (groups?.family === undefined || title === false) return undefined;
  const family = groups.family.toUpperCase();
  const catalogue = "nist-800-53-r5";
  const known = catalogueOf(catalogue).sections.some((section) => section.id === family);
  // Two letters and a number are no id by themselves: `no 5`.
  if (!known && !/^[a-z]{2}-\d/i.test(text)) return undefined;
  if (groups.number === undefined) {
    return known ? { kind: "id", catalogue, id: family, otherwise: [], ...titled(title) } : undefined;
  }
  const id = `${family}-${groups.number}`;
  if (groups.edition !== undefined && groups.edition !== "5") {
    const edition = `NIST SP 800-53 Revision ${groups.edition}`;
    return { kind: "unknown edition", edition, instead: [{ catalogue, id }] };
  }
  const enhancement = groups.enhancement ?? groups.dotted;
  return {
    kind: "id",
    catalogue,
    id,
    otherwise: [],
    ...(enhancement === undefined ? {} : { enhancement: Number(enhancement) }),
    ...titled(title),
  };
}

function readIso(text: string, assume?: CatalogueId): ReadId | undefined {
  const groups = iso.exec(text)?.groups;
  const title = titleIn(groups?.rest);
  if (groups?.numbers === undefined || title === false) return undefined;
  const parts = groups.numbers.split(".").map((part) => String(Number(part)));
  const assumed = assume === "iso-27001-2013" || assume === "iso-27001-2022" ? assume : undefined;
  const named = groups.publisher !== "" || groups.annex !== undefined || assumed !== undefined;
  if (!named && parts.length < 3) return { kind: "bare", id: parts.join(".") };
  const shaped = parts.length === 3 ? "iso-27001-2013" : "iso-27001-2022";
  const catalogue = groups.edition === undefined ? (assumed ?? shaped) : isoEdition(groups.edition);
  const as = (edition: CatalogueId) => ({ catalogue: edition, id: isoId(edition, parts) });
  if (catalogue === undefined) {
    return { kind: "unknown edition", edition: `ISO/IEC 27001:${groups.edition}`, instead: [as(shaped)] };
  }
  const other = catalogue === "iso-27001-2013" ? "iso-27001-2022" : "iso-27001-2013";
  const { id } = as(catalogue);
  return { kind: "id", catalogue, id, otherwise: groups.edition === undefined ? [as(other)] : [], ...titled(title) };
}

function isoEdition(year: string): CatalogueId | undefined {
  return year === "2013" || year === "2022" ? isoEditions[year] : undefined;
}

/** The 2013 edition writes its ids with the letter of the annex, the 2022 edition without. */
function isoId(catalogue: CatalogueId, parts: readonly string[]): string {
  return catalogue === "iso-27001-2013" ? `A.${parts.join(".")}` : parts.join(".");
}

/** What stands behind an id: undefined for nothing, false where it shows that no id was meant. */
function titleIn(rest: string | undefined): string | undefined | false {
  if (rest === undefined || /^[a-z0-9]/i.test(rest)) return false;
  const inner = rest.trim().replace(/^\((.*)\)$/, "$1");
  const title = inner.replace(/^[\s:–—-]+/, "").trim();
  if (title === "") return undefined;
  return /[a-z]/i.test(title) ? title : false;
}

function titled(title: string | undefined): { readonly title?: string } {
  return title === undefined ? {} : { title };
}
