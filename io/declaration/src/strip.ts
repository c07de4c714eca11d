import { stripTypeScriptTypes } from "node:module";

/**
 * Blanks the types out of a TypeScript module; all else keeps its line and column.
 *
 * @throws SyntaxError of Node, whose stack begins with the file, the line and a caret under the place
 */
export const stripTypes = (text: string, sourceUrl: string): string => {
  // Node 24 warns that this function is experimental, though it runs the same code for every TypeScript module.
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text, { mode: "strip", sourceUrl });
  } finally {
    process.emitWarning = emitWarning;
  }
};
