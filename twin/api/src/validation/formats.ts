import { type NamedFormat, namedFormats } from "./named-formats.ts";
import { propertyFormats } from "./property-formats.ts";
import { splitList } from "./word-list.ts";

/** The check of a format by its name: `X-list` asks it of every word, `X-opt` of what is not empty. */
export const formatNamed = (name: string): NamedFormat | undefined => {
  const own = namedFormats[name];
  if (own !== undefined) return own;
  const match = /^(.*)-(list|opt)$/.exec(name);
  const base = match?.[1] === undefined ? undefined : namedFormats[match[1]];
  if (base === undefined) return undefined;
  if (match?.[2] === "opt") return (text) => (text === "" || text === "0" ? undefined : base(text));
  return (text) => {
    for (const word of splitList(text)) {
      const problem = base(word);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
};

/** True for a format name that the twin checks. */
export const knowsFormat = (name: string): boolean =>
  propertyFormats[name] !== undefined || formatNamed(name) !== undefined;
