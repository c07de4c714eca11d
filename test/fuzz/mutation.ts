import type { RecordedRequest } from "../conformance/recording.ts";
import type { Dice } from "./dice.ts";
import { nastyNames, nastySegments, nastyTexts } from "./nasty.ts";

/** A request as it goes over the wire. */
export type Sent = { method: string; target: string; headers: Record<string, string>; body: Buffer };

type Draft = {
  method: string;
  prefix: string;
  segments: string[];
  query: [string, unknown][];
  fields: [string, unknown][];
  type: string | undefined;
  raw: Buffer | undefined;
  credentials: Record<string, string>;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const draftOf = (request: RecordedRequest, credentials: Record<string, string>): Draft => ({
  method: request.method,
  prefix: "/api2/json",
  segments: request.path
    .split("/")
    .filter((segment) => segment !== "")
    .map((segment) => encodeURIComponent(decoded(segment)).replaceAll("%3A", ":").replaceAll("%40", "@")),
  query: Object.entries(request.query ?? {}),
  fields: typeof request.body === "object" && request.body !== null ? Object.entries(request.body) : [],
  type: request.bodyType === "form" ? "application/x-www-form-urlencoded" : (request.bodyType ?? undefined),
  raw: typeof request.body === "string" ? Buffer.from(request.body) : undefined,
  credentials,
});

const deep = (depth: number): string => `${"[".repeat(depth)}1${"]".repeat(depth)}`;

const oddValue = (dice: Dice, known: readonly string[]): unknown => {
  switch (dice.below(8)) {
    case 0:
      return dice.below(2 ** 31) * (dice.chance(0.5) ? -1 : 1);
    case 1:
      return dice.chance(0.5);
    case 2:
      return dice.of([null, [], {}, [[]], [null], { a: { b: [1] } }, ["a", "b"], [1, "x", {}], 1e300, -1.5, 2 ** 53]);
    case 3:
    case 4:
      return dice.of(known);
    default:
      return dice.of(nastyTexts);
  }
};

const rawBodies: readonly string[] = [
  "",
  "{",
  "{bad json",
  "null",
  "1",
  '"text"',
  "[]",
  "[1,2",
  '{"a":',
  '{"vmid":1e999}',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  "\ufeff{}",
  "&&&===;;;",
  "a&b=%&c=%zz&%00=%ff",
  "a=1&a=2&a=3",
  "%=%&=&",
  deep(3000),
  `{"x":${deep(2000)}}`,
  "x=".concat("y".repeat(100_000)),
  Array.from({ length: 5000 }, (_, index) => `p${index}=1`).join("&"),
  '--X\r\nContent-Disposition: form-data; name="content"\r\n\r\niso\r\n--X--\r\n',
  '--X\r\nContent-Disposition: form-data; name="filename"; filename="../../x.iso"\r\n\r\nabc\r\n--X--',
  "--X",
  "--X\r\n\r\n--X\r\n\r\n--X--",
  "\0\0\0\xff\xfe",
];

const types: readonly string[] = [
  "application/json",
  "application/json; charset=latin1",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=X",
  "multipart/form-data; boundary=",
  "multipart/form-data",
  "text/plain",
  "application/xml",
  ";",
  "\u00ff",
  "APPLICATION/JSON",
];

const methods: readonly string[] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND"];
const prefixes: readonly string[] = [
  "/api2/extjs",
  "/api2/html",
  "/api2/xml",
  "/api2",
  "",
  "/API2/json",
  "/api2/json/",
  "//api2//json",
  "/api2/json/..",
  "/pve2",
  "/api2/JSON",
];

const oddCredentials = (dice: Dice, own: Record<string, string>): Record<string, string> => {
  const cookie = own.Cookie ?? "";
  return dice.of<Record<string, string>>([
    {},
    { Cookie: cookie },
    { ...own, CSRFPreventionToken: "00000000:x" },
    { ...own, CSRFPreventionToken: "A".repeat(3000) },
    { Cookie: "PVEAuthCookie=" },
    { Cookie: "PVEAuthCookie=%" },
    { Cookie: "PVEAuthCookie=PVE:root@pam:00000000::AAAA" },
    { Cookie: "PVEAuthCookie=PVE:__proto__:6B02A624::AAAA" },
    { Cookie: cookie.slice(0, cookie.length - 9) },
    { Cookie: `${cookie}; PVEAuthCookie=x` },
    { Cookie: ";;;=;PVEAuthCookie" },
    { Authorization: "PVEAPIToken=" },
    { Authorization: "PVEAPIToken=root@pam!nosuch=00000000-0000-0000-0000-000000000000" },
    { Authorization: "PVEAPIToken=__proto__!constructor=toString" },
    { Authorization: "PVEAPIToken=%" },
    { Authorization: "Basic cm9vdDpyb290" },
    { Authorization: "A".repeat(3000) },
  ]);
};

type Mutator = (draft: Draft, dice: Dice, known: readonly string[]) => void;

const inFields = (draft: Draft, dice: Dice): [string, unknown][] =>
  draft.fields.length > 0 && (draft.query.length === 0 || dice.chance(0.7)) ? draft.fields : draft.query;

const mutators: readonly (readonly [weight: number, Mutator])[] = [
  [
    16,
    (draft, dice, known) => {
      const list = inFields(draft, dice);
      const at = dice.below(list.length);
      const found = list[at];
      if (found) list[at] = [found[0], oddValue(dice, known)];
    },
  ],
  [
    2,
    (draft, dice) => {
      const list = inFields(draft, dice);
      list.splice(dice.below(list.length), 1);
    },
  ],
  [
    3,
    (draft, dice, known) =>
      void (dice.chance(0.5) ? draft.fields : draft.query).push([dice.of(nastyNames), oddValue(dice, known)]),
  ],
  [
    1,
    (draft, dice, known) => {
      const list = inFields(draft, dice);
      const found = list[dice.below(list.length)];
      if (found) list.push([found[0], oddValue(dice, known)]);
    },
  ],
  [
    2,
    (draft, dice) => {
      draft.segments[dice.below(draft.segments.length + 1)] = dice.of(nastySegments);
    },
  ],
  [1, (draft, dice) => void draft.segments.splice(dice.below(draft.segments.length), 1)],
  [1, (draft, dice) => void draft.segments.splice(dice.below(draft.segments.length + 1), 0, dice.of(nastySegments))],
  [1, (draft) => void draft.segments.push("")],
  [
    1,
    (draft, dice) => {
      draft.method = dice.of(methods);
    },
  ],
  [
    1,
    (draft, dice) => {
      draft.prefix = dice.of(prefixes);
    },
  ],
  [
    4,
    (draft) => {
      draft.type = "application/json";
    },
  ],
  [
    3,
    (draft, dice, known) => {
      draft.segments[dice.below(draft.segments.length + 1)] = quoted(dice.of(known));
    },
  ],
  [
    1,
    (draft, dice) => {
      draft.raw = Buffer.from(dice.of(rawBodies), dice.chance(0.3) ? "latin1" : "utf8");
    },
  ],
  [
    1,
    (draft, dice) => {
      draft.type = dice.chance(0.1) ? undefined : dice.of(types);
    },
  ],
  [
    1,
    (draft, dice) => {
      draft.credentials = oddCredentials(dice, draft.credentials);
    },
  ],
];

const total = mutators.reduce((sum, [weight]) => sum + weight, 0);

const mutate = (draft: Draft, dice: Dice, known: readonly string[]): void => {
  let left = dice.below(total);
  for (const [weight, change] of mutators) {
    left -= weight;
    if (left < 0) {
      change(draft, dice, known);
      return;
    }
  }
};

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const quoted = (value: string): string => encodeURIComponent(value.toWellFormed());
const formOf = (fields: readonly (readonly [string, unknown])[]): string =>
  fields.map(([name, value]) => `${quoted(name)}=${quoted(text(value))}`).join("&");

const write = ({ method, prefix, segments, query, fields, type, raw, credentials }: Draft): Sent => {
  const takesBody = method !== "GET" && method !== "DELETE" && method !== "HEAD";
  const asked = takesBody ? query : [...query, ...fields];
  const content =
    raw ??
    (!takesBody || fields.length === 0
      ? Buffer.alloc(0)
      : Buffer.from(
          type?.startsWith("application/json") ? JSON.stringify(Object.fromEntries(fields)) : formOf(fields),
        ));
  return {
    method,
    target: `${prefix}/${segments.join("/")}${asked.length === 0 ? "" : `?${formOf(asked)}`}`,
    headers: { ...credentials, ...(type === undefined || content.length === 0 ? {} : { "Content-Type": type }) },
    body: content,
  };
};

/** The recorded request as it is. */
export const plain = (request: RecordedRequest, credentials: Record<string, string>): Sent =>
  write(draftOf(request, credentials));

/** The recorded request with one to three things wrong; `known` are values that other requests had. */
export const mutated = (
  request: RecordedRequest,
  credentials: Record<string, string>,
  dice: Dice,
  known: readonly string[],
): Sent => {
  const draft = draftOf(request, credentials);
  for (let count = dice.of([1, 1, 1, 2, 3]); count > 0; count -= 1) mutate(draft, dice, known);
  return write(draft);
};
