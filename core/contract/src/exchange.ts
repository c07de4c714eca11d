import { failureKind } from "./failure.ts";
import { PveError } from "./pve-error.ts";
import type { Method } from "./schema.ts";
import type { PveReply, WireValue } from "./transport.ts";
import type { ParameterValue } from "./wire.ts";

/** A template filled in, and what was left over. */
export interface FilledPath {
  readonly path: string;
  readonly node: string | undefined;
  readonly params: Readonly<Record<string, WireValue>>;
}

const wireScalar = (value: string | number | boolean): string | number =>
  typeof value === "boolean" ? Number(value) : value;

/** Puts the parameters that the path names into it, percent-encoded. Throws a `PveError` (`not-sent`) when it cannot. */
export const fillPath = (
  method: Method,
  template: string,
  given: Readonly<Record<string, ParameterValue>>,
): FilledPath => {
  const refuse = (reason: string) => new PveError({ kind: "not-sent", status: 0, reason, method, path: template });
  if (!template.startsWith("/")) throw refuse("a path begins with /");
  const taken = new Set<string>();
  const path = template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = given[name];
    taken.add(name);
    if (value === undefined || typeof value === "object") throw refuse(`the path needs ${name}`);
    const text = String(wireScalar(value));
    // Such a segment would make it another path.
    if (text === "" || text === "." || text === ".." || !text.isWellFormed())
      throw refuse(`${name} cannot be "${text}"`);
    return encodeURIComponent(text);
  });
  const params: [string, WireValue][] = [];
  for (const [name, value] of Object.entries(given)) {
    if (taken.has(name) || value === undefined) continue;
    params.push([name, typeof value === "object" ? value.map(wireScalar) : wireScalar(value)]);
  }
  const node = /^\/nodes\/([^/]+)/.exec(path)?.[1];
  return { path, node: node === undefined ? undefined : decodeURIComponent(node), params: Object.fromEntries(params) };
};

/** An answer that succeeded. */
export interface PveAnswer<T> {
  readonly data: T;
  /** How many rows there are in all, where the answer is a page of them. */
  readonly total: number | undefined;
  /** The pending changes as a diff, where the answer has them (node network configuration). */
  readonly changes: string | undefined;
  /** The node that was asked (or its address, while the name is not known). */
  readonly answeredBy: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parameterErrors = (body: Readonly<Record<string, unknown>>): Record<string, string> => {
  const errors = isRecord(body.errors) ? body.errors : {};
  return Object.fromEntries(Object.entries(errors).map(([name, text]) => [name, String(text).trimEnd()]));
};

/** Takes an answer apart; throws a `PveError` when it is a failure. */
export const unfold = (method: Method, path: string, reply: PveReply): PveAnswer<unknown> => {
  const { status, answeredBy } = reply;
  const body = isRecord(reply.body) ? reply.body : {};
  if (status >= 200 && status < 300) {
    const { total, changes } = body;
    return {
      data: isRecord(reply.body) ? (body.data ?? null) : (reply.body ?? null),
      total: typeof total === "number" ? total : undefined,
      changes: typeof changes === "string" ? changes : undefined,
      answeredBy,
    };
  }
  // The reason phrase is cut at the first line; the message has it whole, where there is one.
  const message = typeof body.message === "string" ? body.message.trimEnd() : "";
  const reason = message === "" ? reply.reason.trimEnd() : message;
  const sentence = reason === "" ? `status ${status} without a reason` : reason;
  throw new PveError({
    kind: failureKind(status, sentence),
    // 595: the node was not reached at all.
    uncertain: method !== "GET" && status >= 596 && status <= 599,
    status,
    reason: sentence,
    errors: parameterErrors(body),
    method,
    path,
    node: answeredBy,
  });
};
