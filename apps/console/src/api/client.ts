import { type Operations, operations, type Schemas } from "./generated/operations.ts";
import { noteServerTime } from "./server-time.ts";

export type OperationName = keyof Operations;
export type Reply<O extends OperationName> = Operations[O]["reply"];
/** A schema of the API by its name there: `Api<"Guest">`. */
export type Api<S extends keyof Schemas> = Schemas[S];

type Empty = Record<string, never>;
type Part<N extends "path" | "query", P> = P extends Empty
  ? unknown
  : Partial<P> extends P
    ? { readonly [key in N]?: P }
    : { readonly [key in N]: P };
/** What an operation takes: its path, its query, its body, as far as it has them. */
export type Taken<O extends OperationName> = Part<"path", Operations[O]["path"]> &
  Part<"query", Operations[O]["query"]> &
  (Operations[O]["body"] extends undefined ? unknown : { readonly body: Operations[O]["body"] });

/** What the server did not do, and why. `status` 0: it did not answer at all. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  /** A word that can be relied on: `not-signed-in`, `not-ready`, `unreachable`. */
  readonly code: string;
  readonly place: string | undefined;

  constructor(status: number, code: string, message: string, place?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.place = place;
  }
}

/** What changes carry beside the cookie; the answers about the session tell it. */
let csrf: string | undefined;

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const urlOf = (template: string, path: unknown, query: unknown): string => {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(String(field(path, name))),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const asked = search.toString();
  return asked === "" ? filled : `${filled}?${asked}`;
};

const refusedBy = async (answer: Response): Promise<Refused> => {
  const told: unknown = await answer.json().catch(() => undefined);
  const message = text(field(told, "message")) ?? `The server answered ${answer.status} ${answer.statusText}.`;
  return new Refused(answer.status, text(field(told, "code")) ?? "failed", message, text(field(told, "place")));
};

/** Asks one operation of the API. Rejects with `Refused`. */
export const ask = async <O extends OperationName>(
  operation: O,
  taken: Taken<O>,
  signal?: AbortSignal,
): Promise<Reply<O>> => {
  const { method, url } = operations[operation];
  const body = field(taken, "body");
  const changes = method !== "GET";
  let answer: Response;
  try {
    answer = await fetch(urlOf(url, field(taken, "path"), field(taken, "query")), {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(changes && csrf !== undefined ? { "x-orrery-csrf": csrf } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(0, "unreachable", "The server does not answer.");
  }
  noteServerTime(answer.headers.get("date"));
  if (!answer.ok) throw await refusedBy(answer);
  const told: Reply<O> = await answer.json();
  csrf = text(field(told, "csrf")) ?? csrf;
  return told;
};
