import { parseUpid } from "@orrery/contract";
import type { World } from "@orrery/twin-world";
import { asked, isRow, pathOf, text, worked } from "./exchange-reading.ts";
import { type Exchange, textsIn } from "./recording.ts";

const timeKeys = /^(?:time|timestamp|starttime|endtime|ctime)$/;

const timesIn = (value: unknown, key = ""): number[] => {
  if (typeof value === "number") return timeKeys.test(key) && value > 1.5e9 && value < 2.5e9 ? [value] : [];
  if (typeof value === "string") {
    const ticket = /^PVE:[^:]+:([0-9A-F]{8})::/.exec(value)?.[1];
    const started = parseUpid(value)?.starttime ?? (ticket === undefined ? undefined : Number.parseInt(ticket, 16));
    return started === undefined ? [] : [started];
  }
  if (Array.isArray(value)) return value.flatMap((one) => timesIn(one, key));
  return isRow(value) ? Object.entries(value).flatMap(([name, one]) => timesIn(one, name)) : [];
};

/** The first moment that a topic's answers tell of, in milliseconds. */
export const beginning = (exchanges: readonly Exchange[]): number => {
  for (const exchange of exchanges) {
    const times = timesIn(exchange.response?.data);
    // A call that starts a task tells its moment; a read tells that all it shows is over.
    if (times.length > 0)
      return exchange.request.method === "GET" ? Math.max(...times) * 1000 + 1000 : Math.min(...times) * 1000 - 100;
  }
  return Date.UTC(2026, 10, 22, 9);
};

/** The nodes that a topic's answers name, whether they are a cluster from the start, and how it is called. */
export const nodesOf = (exchanges: readonly Exchange[]): { nodes: string[]; joins: boolean } => {
  const nodes = new Set(["pve1"]);
  let joins = false;
  for (const exchange of exchanges) {
    if (pathOf(exchange) === "/cluster/config" && asked(exchange, "POST") && worked(exchange)) joins = true;
    for (const [key, word] of textsIn(exchange.response?.data)) {
      if (key === "node" || key === "name") for (const name of [word]) if (/^pve\d$/.test(name)) nodes.add(name);
      const upid = parseUpid(word);
      if (upid !== undefined) nodes.add(upid.node);
    }
    const member = exchange.response?.data;
    if (isRow(member) && isRow(member.allowed_nodes)) continue;
    const allowed = isRow(member) ? member.allowed_nodes : undefined;
    if (Array.isArray(allowed)) for (const name of allowed) nodes.add(text(name));
    if (!exchange.statusText.startsWith("hostname lookup")) {
      const named = /^\/nodes\/(pve\d)\//.exec(pathOf(exchange))?.[1];
      if (named !== undefined) nodes.add(named);
    }
  }
  return { nodes: [...nodes].toSorted(), joins };
};

/** What the topic itself has made by now: only what was there before it belongs to the world it began in. */
export class Origin {
  readonly world: World;
  readonly #made = new Set<string>();
  readonly #clones = new Map<string, string>();

  constructor(world: World) {
    this.world = world;
  }

  make(what: string): void {
    this.#made.add(what);
  }

  /** Notes that one guest was cloned from another. */
  clone(source: string, made: string): void {
    this.#clones.set(made, source);
  }

  cloneOf(made: string): string | undefined {
    return this.#clones.get(made);
  }

  isOld(what: string): boolean {
    return !this.#made.has(what);
  }
}
