import { Console } from "node:console";
import { loadDeclaration } from "@orrery/declaration";

/** Loads a declaration. What its own code prints must not get into the result. */
export const loadQuietly = async (path: string): Promise<Awaited<ReturnType<typeof loadDeclaration>>> => {
  const { console } = globalThis;
  globalThis.console = new Console(process.stderr, process.stderr);
  try {
    return await loadDeclaration(path);
  } finally {
    globalThis.console = console;
  }
};
