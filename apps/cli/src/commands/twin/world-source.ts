import type { Lab } from "@orrery/model";
import { CommandError } from "../../exit-code.ts";
import { terminalOf } from "../../terminal.ts";
import { refusalView } from "../../views/refusal-view.ts";
import { loadQuietly } from "../declaration.ts";

/** What a twin is to be of, as the command line says it. */
export type WorldSource = { readonly lab: Lab } | { readonly bare: readonly string[] };

export const labAt = async (path: string, cacheFolder: string): Promise<Lab> => {
  const declaration = await loadQuietly(path, cacheFolder);
  if (declaration.kind === "declaration") return declaration.lab;
  throw new CommandError(refusalView(declaration, terminalOf(process.stderr, process.env)));
};

export const worldSource = async (
  path: string | undefined,
  bare: string | undefined,
  cacheFolder: string,
): Promise<WorldSource> => {
  if (bare === undefined) return { lab: await labAt(path ?? ".", cacheFolder) };
  if (path !== undefined) throw new CommandError("A lab and --bare are two worlds. Take one.");
  return { bare: bare.split(",").map((name) => name.trim()) };
};

export const parsePve = (raw: string | undefined): "8.4" | "9.2" | undefined => {
  if (raw === undefined || raw === "8.4" || raw === "9.2") return raw;
  throw new CommandError(`--pve ${raw} is neither 8.4 nor 9.2.`);
};

export const parseSeed = (raw: string | undefined): number => {
  const seed = Number(raw ?? "1");
  if (Number.isSafeInteger(seed)) return seed;
  throw new CommandError(`--seed ${raw} is no whole number.`);
};

export const parseSpeed = (raw: string | undefined): number | "max" => {
  if (raw === "max") return raw;
  const speed = Number((raw ?? "1").replace(/x$/, ""));
  if (Number.isFinite(speed) && speed > 0 && speed <= 1e6) return speed;
  throw new CommandError(`--speed ${raw} is no speed. Write a number above 0, such as 60, or max.`);
};
