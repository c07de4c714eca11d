import type { AnswerFormat, Written } from "@orrery/twin-api";
import type { Exchange } from "./recording.ts";

/** The format and the path below it of a path as the recordings write it. */
export const pathOf = (path: string): { readonly format: AnswerFormat; readonly path: string } => {
  const match = /^\/api2\/(json|extjs)(\/.*)?$/.exec(path);
  const rest = match === null ? path : (match[2] ?? "/");
  return { format: match?.[1] === "extjs" ? "extjs" : "json", path: rest.length > 1 ? rest.replace(/\/$/, "") : rest };
};

/** What the HTTP server itself answers, before any method is looked for; undefined for all that reach the API. */
export const answerRaw = (_exchange: Exchange): Written | undefined => undefined;
