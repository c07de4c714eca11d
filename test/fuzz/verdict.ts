/** An answer as a client sees it. */
export type Answer = {
  readonly status: number;
  readonly reason: string;
  readonly type: string | undefined;
  readonly body: string;
};

/** What the product answers with. */
const statuses = new Set([200, 400, 401, 403, 404, 424, 500, 501, 506, 595, 596]);

/** Words of the twin's own machinery, which no answer may show. */
const inside =
  /\bundefined\b|\bNaN\b|\bInfinity\b|\[object |\b(?:Type|Range|Reference|Syntax|Internal)Error\b|is not (?:a function|iterable|defined|valid JSON)|Cannot (?:read|set|convert|destructure|mix)|Unexpected (?:token|end|non-whitespace)|URI malformed|Maximum call stack|Invalid (?:string|array) length|\.[mc]?[jt]s:\d|node:internal|node_modules|unexpected error|BigInt|Invalid time value|Invalid regular expression|\btoString\(|function \w*\(/;

/** The product's own sentences that have such words. */
const genuine =
  /is not defined in schema|commands is not valid JSON|is not defined \(missing 'custom-' prefix|cannot lookup undefined type!|Can't use an undefined value as an ARRAY reference at \/usr\/share\/perl5/g;

/** What is wrong with an answer; undefined where nothing is. */
export const complaint = ({ status, reason, type, body }: Answer): string | undefined => {
  if (!statuses.has(status)) return `status ${status}`;
  if (/[\r\n]/.test(reason)) return "a reason that breaks the status line";
  if (reason === "") return "no reason";
  const found = inside.exec(`${reason}\n${body}`.replaceAll(genuine, ""));
  if (found !== null) return `tells of its inside: ${found[0]}`;
  if (type === undefined || !type.startsWith("application/json")) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return "JSON that does not parse";
  }
  if (typeof parsed !== "object" || parsed === null || !("data" in parsed)) return "JSON without data";
  if (status !== 200 && !("message" in parsed && typeof parsed.message === "string"))
    return "a refusal without a message";
  return undefined;
};
