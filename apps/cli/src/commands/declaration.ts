import { Console } from "node:console";
import { loadDeclaration } from "@orrery/declaration";
import { CommandError } from "../exit-code.ts";
import { parseMoment } from "../moment.ts";

/** The moment of `--at`; now where it was not given. */
export const parseAt = (raw: string | undefined): number => {
  if (raw === undefined) return Date.now();
  const at = parseMoment(raw);
  if (at !== undefined) return at;
  throw new CommandError(
    `--at ${raw} is no date. Write a day such as 2026-04-22 or a moment such as 2026-04-22T09:00:00Z.`,
  );
};

/** What the declaration's own code prints must not get into the result. */
export const loadQuietly = async (
  path: string,
  cacheFolder: string,
): Promise<Awaited<ReturnType<typeof loadDeclaration>>> => {
  const { console } = globalThis;
  globalThis.console = new Console(process.stderr, process.stderr);
  try {
    return await loadDeclaration(path, { cacheFolder });
  } finally {
    globalThis.console = console;
  }
};
