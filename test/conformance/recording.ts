import { readdirSync, readFileSync } from "node:fs";

export type RecordedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>> | null;
  readonly body: Readonly<Record<string, unknown>> | string | null;
  readonly bodyType: string | null;
  readonly authKind: string;
  readonly as?: string;
};

/** One request and the genuine API's answer to it. */
export type Exchange = {
  readonly request: RecordedRequest;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly response?: {
    readonly data?: unknown;
    readonly message?: string;
    readonly errors?: Readonly<Record<string, string>>;
    readonly total?: number;
  } | null;
  readonly responseText?: string;
};

const own = new URL("recordings/", import.meta.url);

/** The topics of a folder of recordings, sorted by name. */
export const topicsIn = (folder: URL): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -5))
    .toSorted();

export const topics: readonly string[] = topicsIn(own);

export const readTopic = (topic: string, folder: URL = own): readonly Exchange[] =>
  JSON.parse(readFileSync(new URL(`${topic}.json`, folder), "utf8"));

/** Every text in a JSON value, with the key it stands under. */
export const textsIn = (value: unknown, key = ""): readonly (readonly [key: string, text: string])[] => {
  if (typeof value === "string") return [[key, value]];
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => textsIn(one, name));
};
