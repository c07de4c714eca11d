import { z } from "zod";
import type { Access } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import type { Services } from "../services.ts";
import { parseInput } from "./bad-input.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What a handler may do to its answer beside giving its body. */
type Exchange = {
  /** A header of the answer, such as a cookie. */
  readonly header: (name: string, value: string) => void;
  /** The request's own header. */
  readonly asked: (name: string) => string | undefined;
  /** Whoever asked turned out to be this account: the audit trail names it. */
  readonly became: (account: { readonly id: string; readonly name: string }) => void;
};

/** What a request carries, by schema. */
type Parts<P, Q, B> = { readonly path: P; readonly query: Q; readonly body: B };
type AnyParts = Parts<z.ZodObject, z.ZodObject, z.ZodType>;

type Told = {
  /** The operation's name, `getCluster`. */
  readonly id: string;
  readonly method: Method;
  /** `/api/clusters/{cluster}`. */
  readonly url: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  /** What the summary has no room for. */
  readonly about?: string;
  /** Of a route that takes passwords or the like: attempts from one address are few. */
  readonly guessable?: true;
  /** Of a GET that changes something all the same: it is in the audit trail. */
  readonly records?: true;
};

export type Asked<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  readonly path: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly caller: Caller;
  readonly exchange: Exchange;
  readonly services: Services;
};

/** What is sent with a request, unread. */
type RawParts = { readonly path: unknown; readonly query: unknown; readonly body: unknown };
type Context = { readonly caller: Caller; readonly exchange: Exchange; readonly services: Services };

export type JsonRoute = Told &
  AnyParts & {
    readonly kind: "json";
    readonly status: 200 | 201 | 202;
    readonly reply: z.ZodType;
    readonly answer: (raw: RawParts, context: Context) => Promise<unknown>;
  };

type Text = string | Buffer | NodeJS.ReadableStream;

/** Something that is no JSON: a page, a document, a stream of events. A handler may set another type as header. */
export type TextRoute = Told &
  AnyParts & {
    readonly kind: "text";
    readonly type: string;
    readonly answer: (raw: RawParts, context: Context) => Promise<Text>;
  };

/** Sends a browser on to another address. What is refused it shows as a page. */
export type RedirectRoute = Told &
  AnyParts & {
    readonly kind: "redirect";
    readonly answer: (raw: RawParts, context: Context) => Promise<string>;
  };

export type Route = JsonRoute | TextRoute | RedirectRoute;

const none = z.strictObject({});
/** The parts of a request that carries nothing. */
export const nothing = { path: none, query: none, body: z.union([z.undefined(), z.null(), none]) };

const asking =
  <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R>(
    parts: Parts<P, Q, B>,
    handle: (asked: Asked<P, Q, B>) => Promise<R> | R,
  ) =>
  async (raw: RawParts, context: Context): Promise<R> =>
    handle({
      path: parseInput(parts.path, raw.path, "path"),
      query: parseInput(parts.query, raw.query, "query"),
      body: parseInput(parts.body, raw.body, "body"),
      ...context,
    });

/** A route whose answer is JSON. What it takes and gives is checked by its schemas: the one when asked, the other by the compiler. */
export const jsonRoute = <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  told: Told &
    Parts<P, Q, B> & {
      readonly status?: 200 | 201 | 202;
      readonly reply: R;
      readonly handle: (asked: Asked<P, Q, B>) => Promise<z.input<R>> | z.input<R>;
    },
): JsonRoute => {
  const { handle, status = 200, ...rest } = told;
  return { ...rest, kind: "json", status, answer: asking(told, handle) };
};

export const textRoute = <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  told: Told &
    Parts<P, Q, B> & {
      readonly type: string;
      readonly handle: (asked: Asked<P, Q, B>) => Promise<Text> | Text;
    },
): TextRoute => {
  const { handle, ...rest } = told;
  return { ...rest, kind: "text", answer: asking(told, handle) };
};

export const redirectRoute = <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  told: Told & Parts<P, Q, B> & { readonly handle: (asked: Asked<P, Q, B>) => Promise<string> | string },
): RedirectRoute => {
  const { handle, ...rest } = told;
  return { ...rest, kind: "redirect", answer: asking(told, handle) };
};
