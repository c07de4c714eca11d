import { type FaultSentence, type Misread, parseFault, parseSpan } from "./fault-words.ts";

const methods = ["GET", "POST", "PUT", "DELETE"] as const;

/** What is to happen in a run, and when: milliseconds after its start. */
export type ScenarioEvent =
  | { readonly kind: "fault"; readonly afterMs: number; readonly fault: FaultSentence; readonly forMs?: number }
  | {
      readonly kind: "call";
      readonly afterMs: number;
      readonly method: (typeof methods)[number];
      readonly path: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const spanOf = (raw: unknown): number | undefined =>
  typeof raw === "string" ? parseSpan(raw) : typeof raw === "number" && raw >= 0 ? raw * 1000 : undefined;

const parseEvent = (raw: unknown): ScenarioEvent | Misread => {
  if (!isRecord(raw))
    return { problem: 'an event is an object such as { at: "2 h", fault: "node node02 loses-power", for: "10 min" }' };
  const afterMs = spanOf(raw.at);
  if (afterMs === undefined) return { problem: '`at` is how long after the start: "90 s", "2 h", "3 d"' };
  if (raw.call !== undefined) {
    const [, method, path] = /^(GET|POST|PUT|DELETE) (\/\S*)$/.exec(typeof raw.call === "string" ? raw.call : "") ?? [];
    const known = methods.find((one) => one === method);
    if (known === undefined || path === undefined)
      return { problem: '`call` is a method and a path: "POST /nodes/node01/qemu/100/status/start"' };
    if (raw.with !== undefined && !isRecord(raw.with)) return { problem: "`with` is an object of parameters" };
    return { kind: "call", afterMs, method: known, path, parameters: raw.with ?? {} };
  }
  const fault = parseFault(raw.what === undefined ? raw.fault : raw);
  if ("problem" in fault) return fault;
  if (raw.for === undefined) return { kind: "fault", afterMs, fault };
  const forMs = spanOf(raw.for);
  return forMs === undefined || forMs === 0
    ? { problem: '`for` is how long it lasts: "10 min"' }
    : { kind: "fault", afterMs, fault, forMs };
};

/** Reads a list of faults and calls, `{ events: [...] }` or the list alone; every problem is told with its place. */
export const parseScenario = (
  raw: unknown,
): { readonly events: readonly ScenarioEvent[] } | { readonly problems: readonly string[] } => {
  const list = Array.isArray(raw) ? raw : isRecord(raw) ? raw.events : undefined;
  if (!Array.isArray(list)) return { problems: ["A scenario is a list of events, or { events: [...] }."] };
  const read = list.map(parseEvent);
  const problems = read.flatMap((one, index) => ("problem" in one ? [`events[${index}]: ${one.problem}`] : []));
  if (problems.length > 0) return { problems };
  const events = read.flatMap((one) => ("problem" in one ? [] : [one]));
  return { events: events.toSorted((one, other) => one.afterMs - other.afterMs) };
};
