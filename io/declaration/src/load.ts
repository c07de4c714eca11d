import { type Lab, type Path, parseLab } from "@orrery/model";
import type { Place } from "./place.ts";
import { type ReadOptions, readDeclaration, refusedIn } from "./read.ts";
import type { Refusal } from "./refusal.ts";

export type Declaration = {
  readonly kind: "declaration";
  readonly lab: Lab;
  /** Where a path of the lab stands: the deepest property or element on it that is known. Files are absolute. */
  readonly locate: (path: Path) => Place | undefined;
  /** The files that it was read from, absolute, the named one first. */
  readonly files: readonly string[];
};

/**
 * Loads a declaration: runs its files, checks what they give, and remembers where everything in it stands.
 *
 * @param path a declaration file, or a folder with an `orrery.config.ts` (or .mts, .js, .mjs, .json)
 * @returns the lab, or every problem that keeps it from being one. Rejects never.
 */
export const loadDeclaration = async (path: string, options: ReadOptions = {}): Promise<Declaration | Refusal> => {
  const read = await readDeclaration(path, options);
  if (read.kind === "refused") return read;
  const parsed = parseLab(read.value);
  if (parsed.kind === "problems") return refusedIn(parsed.problems, read.locate);
  return { kind: "declaration", lab: parsed.lab, locate: read.locate, files: read.files };
};
