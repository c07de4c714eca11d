import { isAbsolute, relative, sep } from "node:path";

/** A file as someone in this folder would name it; files elsewhere by their whole path. */
export const displayPath = (file: string, cwd: string = process.cwd()): string => {
  const path = relative(cwd, file);
  return path === "" || path.startsWith(`..${sep}..`) || isAbsolute(path) ? file : path;
};
