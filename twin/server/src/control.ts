import { timingSafeEqual } from "node:crypto";
import { clearFault, type Fault, fault, type World } from "@orrery/twin-world";
import { faultSentence, parseFault, parseSpan } from "./fault-words.ts";
import type { PacedClock, Speed } from "./paced-clock.ts";

/** A request beside Proxmox's own paths. */
export type ControlRequest = {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
};
export type ControlAnswer = { readonly status: number; readonly reason: string; readonly body: string };

const answer = (status: number, reason: string, body: unknown): ControlAnswer => ({
  status,
  reason,
  body: JSON.stringify(body),
});
const refuse = (status: number, problem: string): ControlAnswer =>
  answer(status, status === 401 ? "Unauthorized" : status === 404 ? "Not Found" : "Bad Request", { problem });

const matches = (given: string | undefined, secret: string): boolean => {
  const [left, right] = [Buffer.from(given ?? ""), Buffer.from(`Bearer ${secret}`)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const shownFault = (one: Fault): Record<string, unknown> => ({
  ...one,
  before: undefined,
  fault: faultSentence(one),
});

/** A span in words, or milliseconds; undefined where it is neither. */
const spanOf = (raw: unknown): number | undefined =>
  typeof raw === "number" && raw >= 0 && Number.isFinite(raw)
    ? raw
    : typeof raw === "string"
      ? parseSpan(raw)
      : undefined;

const addFault = (world: World, raw: unknown): ControlAnswer => {
  const read = parseFault(raw);
  if ("problem" in read) return refuse(400, read.problem);
  const { in: start, for: lasting } = isRecord(raw) ? raw : {};
  const [after, long] = [
    start === undefined ? 0 : spanOf(start),
    lasting === undefined ? Number.POSITIVE_INFINITY : spanOf(lasting),
  ];
  if (after === undefined || long === undefined)
    return refuse(400, '`in` and `for` are spans such as "10 min", or milliseconds.');
  const at = world.now + after;
  const made = fault(world, { ...read, at, ...(Number.isFinite(long) ? { until: at + long } : {}) });
  return "refused" in made ? refuse(400, made.refused) : answer(200, "OK", shownFault(made));
};

const parseSpeed = (raw: unknown): Speed | undefined =>
  raw === "max" ? raw : typeof raw === "number" && raw > 0 && raw <= 1e6 ? raw : undefined;

const shownClock = (clock: PacedClock): Record<string, unknown> => ({
  now: new Date(clock.now()).toISOString(),
  speed: clock.speed,
});

const turnClock = (clock: PacedClock, raw: unknown): ControlAnswer => {
  const { speed, pass } = isRecord(raw) ? raw : {};
  if (speed !== undefined) {
    const read = parseSpeed(speed);
    if (read === undefined) return refuse(400, '`speed` is a number above 0, or "max".');
    clock.setSpeed(read);
  }
  if (pass !== undefined) {
    const read = spanOf(pass);
    if (read === undefined) return refuse(400, '`pass` is a span such as "2 h", or milliseconds.');
    clock.pass(read);
  }
  return answer(200, "OK", shownClock(clock));
};

/** Answers `/orrery/faults` and `/orrery/clock`, for whoever holds the control secret. */
export const control = (
  world: World,
  clock: PacedClock,
  secret: string,
  { method, path, authorization, body }: ControlRequest,
): ControlAnswer => {
  if (!matches(authorization, secret))
    return refuse(
      401,
      "This takes `Authorization: Bearer SECRET`, the control secret that the twin printed when it started.",
    );
  if (path === "/orrery/clock") {
    if (method === "GET") return answer(200, "OK", shownClock(clock));
    if (method === "PUT") return turnClock(clock, parsed(body));
  }
  if (path === "/orrery/faults") {
    if (method === "GET") return answer(200, "OK", Object.values(world.faults).map(shownFault));
    if (method === "POST") {
      const done = addFault(world, parsed(body));
      clock.disturbed();
      return done;
    }
    if (method === "DELETE") {
      const cleared = Object.keys(world.faults).filter((id) => clearFault(world, id));
      clock.disturbed();
      return answer(200, "OK", { cleared });
    }
  }
  const id = /^\/orrery\/faults\/([\w-]+)$/.exec(path)?.[1];
  if (id !== undefined && method === "DELETE") {
    const cleared = clearFault(world, id);
    clock.disturbed();
    return cleared ? answer(200, "OK", { cleared: [id] }) : refuse(404, `There is no fault "${id}" that could end.`);
  }
  return refuse(
    404,
    "There are GET, POST and DELETE /orrery/faults, DELETE /orrery/faults/ID, GET and PUT /orrery/clock.",
  );
};
