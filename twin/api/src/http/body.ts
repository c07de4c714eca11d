import { percentDecoded } from "../percent-encoding.ts";

const unescaped = (text: string): string => percentDecoded(text.replaceAll("+", " "));

/** A form's fields; a name that comes again makes a list. */
export const decodeForm = (text: string): Record<string, unknown> => {
  const fields: Record<string, unknown> = Object.create(null);
  for (const pair of text.split(/[&;]/)) {
    if (pair === "") continue;
    const mark = pair.indexOf("=");
    const name = unescaped(mark < 0 ? pair : pair.slice(0, mark));
    const value = mark < 0 ? "" : unescaped(pair.slice(mark + 1));
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else fields[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return { ...fields };
};

export type Multipart = { readonly fields: Record<string, unknown>; readonly fileBytes: number };

/** The fields of a multipart form; of its file only the name (as `filename`) and the size are kept, with what was omitted of it. */
export const readMultipart = (type: string, body: Buffer, omitted = 0): Multipart => {
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  const fields: Record<string, unknown> = Object.create(null);
  let fileBytes = 0;
  if (boundary === undefined) return { fields, fileBytes };
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = body.subarray(at + mark.length, next);
    const split = part.indexOf("\r\n\r\n");
    if (split >= 0) {
      const head = part.subarray(0, split).toString("utf8");
      const content = part.subarray(split + 4, Math.max(split + 4, part.length - 2));
      const name = /name="([^"]*)"/.exec(head)?.[1] ?? "";
      const file = /filename="([^"]*)"/.exec(head)?.[1];
      if (file === undefined) fields[name] = content.toString("utf8");
      else {
        fields.filename = file;
        fileBytes = content.length + omitted;
      }
    }
    at = next;
  }
  return { fields, fileBytes };
};
