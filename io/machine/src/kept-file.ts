import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** A file's text; undefined where it cannot be read. */
export const keptFile = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
};

/** Writes a file whole, for its owner alone: whoever reads it meanwhile gets what was there before. */
export const keepFile = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.new`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
};
