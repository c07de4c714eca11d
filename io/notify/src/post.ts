import { type Dispatcher, request } from "undici";
import { type Attempt, codeOf } from "./attempt.ts";

/** A request with its secrets read. */
export type Post = {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Bytes of an answer that is no success which are looked at. */
const mostAnswer = 300;

const retryAfterMs = (header: string | string[] | undefined): number | undefined => {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
};

const busy: ReadonlySet<number> = new Set([408, 425, 429]);

const saidOf = (text: string): string => {
  const line = text.slice(0, mostAnswer).replaceAll(/\s+/g, " ").trim();
  return line === "" ? "" : `: ${line}`;
};

/** Sends one request, follows nothing. `host` of its address is all of it that is ever told. */
export const post = async ({ url, body, headers }: Post, withinMs: number, through?: Dispatcher): Promise<Attempt> => {
  const target = URL.parse(url);
  if (target === null || (target.protocol !== "https:" && target.protocol !== "http:"))
    return { kind: "refused", why: "its address is no http:// or https:// URL" };
  const { host } = target;
  try {
    const answer = await request(target, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "user-agent": "orrery", ...headers },
      signal: AbortSignal.timeout(withinMs),
      ...(through === undefined ? {} : { dispatcher: through }),
    });
    const text = await answer.body.text();
    const status = answer.statusCode;
    if (status >= 200 && status < 300) return { kind: "sent" };
    const why = `${host} answered ${status}${saidOf(text)}`;
    if (status < 500 && !busy.has(status)) return { kind: "refused", why };
    const afterMs = retryAfterMs(answer.headers["retry-after"]);
    return { kind: "missed", why, ...(afterMs === undefined ? {} : { afterMs }) };
  } catch (error) {
    const code = codeOf(error);
    return {
      kind: "missed",
      why:
        code === "TimeoutError" ? `${host} did not answer within ${withinMs} ms` : `${host} cannot be reached: ${code}`,
    };
  }
};
