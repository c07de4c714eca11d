import type { Credentials } from "../access/login.ts";
import { type AnswerFormat, type Written, writeAnswer } from "../answer-text.ts";
import { dispatch } from "../dispatch.ts";
import { percentDecoded } from "../percent-encoding.ts";
import type { Twin } from "../twin.ts";
import { decodeForm, readMultipart } from "./body.ts";
import { apiPage } from "./page.ts";

/** A request as it came over the wire. */
export type HttpRequest = {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Bytes of an uploaded file that were read but are not in `body`. */
  readonly omitted?: number;
  /** The node whose proxy was asked. */
  readonly node: string;
};

const bare = (status: number, reason: string, body = ""): Written => ({ status, reason, type: undefined, body });

const cookieOf = (header: string | undefined): string | undefined => {
  for (const part of (header ?? "").split(/;\s*/)) {
    const match = /^PVEAuthCookie=(.*)$/.exec(part.trim());
    if (match !== null) return percentDecoded(match[1] ?? "");
  }
  return undefined;
};

const credentialsOf = (headers: HttpRequest["headers"]): Credentials => {
  const { authorization } = headers;
  const token = /^PVEAPIToken=(.+)$/.exec(authorization ?? "")?.[1];
  if (token !== undefined) return { kind: "token", token: percentDecoded(token) };
  const ticket = cookieOf(headers.cookie) ?? cookieOf(authorization?.replace(/^PVEAuthCookie[ =]/, "PVEAuthCookie="));
  if (ticket === undefined || ticket === "") return { kind: "none" };
  const csrf = headers.csrfpreventiontoken;
  return { kind: "ticket", ticket, ...(csrf === undefined ? {} : { csrf }) };
};

const isFormat = (word: string): word is AnswerFormat | "html" =>
  word === "json" || word === "extjs" || word === "html";

type Parsed =
  | { kind: "parameters"; parameters: Record<string, unknown>; uploadBytes?: number }
  | { kind: "refused"; answer: Written };

/** Parameters from query and body, the query's last. Mirrors extract_params of pve-http-server. */
const readParameters = (request: HttpRequest, query: string): Parsed => {
  const { method, headers, body } = request;
  let parameters: Record<string, unknown> = {};
  let uploadBytes: number | undefined;
  if ((method === "PUT" || method === "POST") && body.length > 0) {
    const type = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
    if (type === "application/json") {
      const parsed = parseJson(body.toString("utf8"));
      if (parsed.kind === "refused") return parsed;
      parameters = parsed.parameters;
    } else if (type === "multipart/form-data") {
      const multipart = readMultipart(headers["content-type"] ?? "", body, request.omitted);
      parameters = multipart.fields;
      uploadBytes = multipart.fileBytes;
    } else if (type === "" || type === "application/x-www-form-urlencoded") {
      parameters = decodeForm(body.toString("utf8"));
    } else {
      const reason = `upload 'Content-Type '${headers["content-type"] ?? ""}' not implemented`;
      return { kind: "refused", answer: bare(506, reason, reason) };
    }
  }
  const all = { ...parameters, ...decodeForm(query) };
  // What browsers add against caches is no parameter.
  delete all._dc;
  return {
    kind: "parameters",
    parameters: all,
    ...(uploadBytes === undefined ? {} : { uploadBytes }),
  };
};

const parseJson = (text: string): Parsed => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { kind: "parameters", parameters: { ...value } };
    const shown = typeof value === "string" ? `string ("${value}")` : "a value";
    const reason = `Can't use ${shown} as a HASH ref while "strict refs" in use at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 978.`;
    return { kind: "refused", answer: bare(500, reason, `${reason}\n`) };
  } catch {
    const at = Math.max(0, text.search(/[^\s{[]/));
    const rest = text.slice(at, at + 20);
    const reason =
      `'"' expected, at character offset ${at} (before "${rest}") at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 975.`.replaceAll(
        /[\r\n]/g,
        " ",
      );
    return { kind: "refused", answer: bare(500, reason, `${reason}\n`) };
  }
};

const known = new Set(["GET", "POST", "PUT", "DELETE"]);

/** A line that would break the status line is taken for the caller's fault. Mirrors `response` in PVE/APIServer/AnyEvent.pm. */
const unbroken = (written: Written): Written => (/[\r\n]/.test(written.reason) ? bare(400, "Bad Request") : written);

/** Answers one HTTP request as the product's proxy does: the parts before any method is looked for, then the API. */
export const answerHttp = (twin: Twin, request: HttpRequest): Written => unbroken(answer(twin, request));

const answer = (twin: Twin, request: HttpRequest): Written => {
  const { method, target } = request;
  if (!known.has(method)) return bare(501, `method '${method}' not available`);
  if ((method === "GET" || method === "DELETE") && request.body.length > 0) {
    const reason = `Unexpected content for method '${method}'`;
    return bare(501, reason, reason);
  }
  const mark = target.indexOf("?");
  const path = percentDecoded(mark < 0 ? target : target.slice(0, mark)).replaceAll(/\/+/g, "/");
  const query = mark < 0 ? "" : target.slice(mark + 1);
  if (path === "/" || path === "") {
    const reason = "file error - /usr/share/pve-manager/index.html.tpl: not found";
    return bare(500, reason, `${reason}\n`);
  }
  const match = /^\/api2\/([a-z]+)(\/.*)?$/.exec(path);
  const format = match?.[1] ?? "";
  if (match === null || !isFormat(format)) return bare(501, "no such uri", "no such uri");
  const parsed = readParameters(request, query);
  if (parsed.kind === "refused") return parsed.answer;
  const below = (match[2] ?? "/").replace(/(.)\/$/, "$1");
  const answered = dispatch(twin, {
    method,
    path: below,
    parameters: parsed.parameters,
    credentials: credentialsOf(request.headers),
    node: request.node,
    ...(parsed.uploadBytes === undefined ? {} : { uploadBytes: parsed.uploadBytes }),
  });
  return format === "html" ? apiPage(below, answered) : writeAnswer(answered, format);
};
