import { answerHttp, loadMethods, newCsrfToken, newTicket, type Twin, twinOf } from "@orrery/twin-api";
import { advanceTo, restoreWorld, saveWorld, type World } from "@orrery/twin-world";
import { type Exchange, readTopic, textsIn } from "../conformance/recording.ts";
import { startingWorld } from "../conformance/starting-world.ts";
import { Dice } from "./dice.ts";
import { mutated, plain, type Sent } from "./mutation.ts";
import { type Answer, complaint } from "./verdict.ts";

await loadMethods();

/** A request that was not answered well, and why. */
export type Finding = { readonly topic: string; readonly index: number; readonly sent: string; readonly why: string };

export const show = ({ method, target, headers, body }: Sent): string =>
  `${method} ${target.slice(0, 400)} ${headers["Content-Type"] ?? ""} ${body.toString("utf8").slice(0, 400)}`;

/** Root's own headers. Root may have been disabled, and is let in again: all else would be fuzzed from outside. */
export const rootHeaders = (twin: Twin): Record<string, string> => {
  const root = twin.world.access.users["root@pam"];
  if (root !== undefined) Object.assign(root, { enable: true, expire: 0 });
  return {
    Cookie: `PVEAuthCookie=${encodeURIComponent(newTicket(twin, "root@pam"))}`,
    CSRFPreventionToken: newCsrfToken(twin, "root@pam"),
  };
};

/** Values that the recorded requests have: what is right in one place is interesting in another. */
export const knownValues = (exchanges: readonly Exchange[]): readonly string[] => [
  "pve1",
  ...new Set(
    exchanges.flatMap(({ request }) => [
      ...textsIn(request.body).map(([, text]) => text),
      ...textsIn(request.query).map(([, text]) => text),
      ...request.path.split("/").map((segment) => segment.slice(0, 200)),
    ]),
  ),
];

const answer = (twin: Twin, sent: Sent): Answer => {
  const headers = Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return answerHttp(twin, { ...sent, headers, node: Object.keys(twin.world.nodes)[0] ?? "" });
};

/** What must be readable whatever came before. */
const probes = (twin: Twin): string[] => [
  "/cluster/resources",
  "/cluster/tasks",
  "/cluster/status",
  "/storage",
  "/access/users",
  "/access/acl",
  "/pools",
  ...Object.keys(twin.world.nodes).flatMap((node) => [
    `/nodes/${node}/qemu`,
    `/nodes/${node}/lxc`,
    `/nodes/${node}/storage`,
  ]),
  ...Object.values(twin.world.guests)
    .slice(0, 3)
    .flatMap(({ node, kind, vmid }) => [
      `/nodes/${node}/${kind}/${vmid}/config`,
      `/nodes/${node}/${kind}/${vmid}/status/current`,
    ]),
];

const told = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Whether the world still works: it answers, it can be saved and restored, and time passes in it. */
const ailment = (twin: Twin): string | undefined => {
  try {
    for (const path of probes(twin)) {
      const { status, reason } = answer(twin, {
        method: "GET",
        target: `/api2/json${path}`,
        headers: rootHeaders(twin),
        body: Buffer.alloc(0),
      });
      const isAway = status === 595 || reason.startsWith("hostname lookup");
      if (status !== 200 && !isAway) return `then GET ${path}: ${status} ${reason}`;
    }
    for (const { id, used, total, reserved } of Object.values(twin.world.backings)) {
      if (!Number.isFinite(used + total + reserved) || used < 0) return `then ${id} holds ${used} of ${total} bytes`;
    }
    return undefined;
  } catch (error) {
    return `then, on reading: ${told(error)}`;
  }
};

const slow = 1000;

export type Campaign = {
  readonly seed: number;
  /** Mutated requests before each recorded one. */
  readonly each: number;
  /** When to stop, in milliseconds of `performance.now()`. */
  readonly deadline?: number;
  /** What happened to the world before. */
  readonly change?: (world: World) => void;
};

/** Sends each exchange of a topic after some mutated ones of it, in a world as the topic began in. */
export const fuzzTopic = (
  topic: string,
  { seed, each, deadline = Number.POSITIVE_INFINITY, change = () => undefined }: Campaign,
): { sent: number; findings: Finding[]; statuses: Record<number, number> } => {
  const exchanges = readTopic(topic);
  const begin = (): Twin => {
    const world = startingWorld(exchanges);
    change(world);
    return twinOf(world, "fuzz");
  };
  let twin = begin();
  const dice = new Dice(seed);
  const known = knownValues(exchanges);
  const findings: Finding[] = [];
  const statuses: Record<number, number> = {};
  let count = 0;
  const one = (index: number, sent: Sent): void => {
    count += 1;
    const note = (why: string) => findings.push({ topic, index, sent: show(sent), why });
    const began = performance.now();
    try {
      const got = answer(twin, sent);
      statuses[got.status] = (statuses[got.status] ?? 0) + 1;
      const wrong = complaint(got);
      if (wrong !== undefined) note(`${wrong} (${got.status} ${got.reason.slice(0, 200)} ${got.body.slice(0, 300)})`);
      if (got.status === 200 && sent.method !== "GET") {
        const sick = ailment(twin);
        if (sick !== undefined) note(sick);
        if (sick !== undefined) twin = begin();
      }
    } catch (error) {
      note(told(error));
    }
    const took = performance.now() - began;
    if (took > slow) note(`took ${took.toFixed(0)} ms`);
  };
  for (const [index, exchange] of exchanges.entries()) {
    if (performance.now() > deadline) break;
    for (let turn = 0; turn < each; turn += 1) one(index, mutated(exchange.request, rootHeaders(twin), dice, known));
    one(index, plain(exchange.request, rootHeaders(twin)));
    if (index % 10 === 9) {
      try {
        const saved = saveWorld(twin.world);
        twin = { ...twin, world: restoreWorld(saved) };
        if (saveWorld(twin.world) !== saved)
          findings.push({ topic, index, sent: "-", why: "the world is not what was saved" });
        advanceTo(twin.world, twin.world.now + 600_000);
      } catch (error) {
        findings.push({ topic, index, sent: "-", why: `as time passed: ${told(error)}` });
        twin = begin();
      }
    }
  }
  return { sent: count, findings, statuses };
};
