import { capacityOf, type World } from "@orrery/twin-world";
import type { Bottleneck, FlowPeak } from "./rehearsal.ts";

type Carried = { peak: number; at: number; bytes: number; fullMs: number };
/** What held a task's transfers up, in milliseconds each. */
type Held = { bytes: number; ms: Map<string, number> };
type Rates = { task: string; bytesPerSecond: number; by: string }[];

/** Rates within this share of a limit are at it. */
const near = 1 - 1e-6;

/** What a name in a flow's uses stands for: one direction of a link, reading or writing of a backing. */
const thingOf = (world: World, resource: string): FlowPeak["of"] => {
  const [kind, id = "", direction] = resource.split("|");
  if (kind === "link") {
    const ends = world.network.links[id]?.ends ?? ["", ""];
    const from = (direction === "forth" ? ends[0] : ends[1]).replace(/^\w+:/, "");
    return { kind: "link", link: id, from };
  }
  return { kind: "disk", backing: id, does: kind === "read" ? "read" : "write" };
};

/** Looks at what flows through links and disks after each event; rates stand still in between. */
export class FlowWatch {
  readonly #world: World;
  readonly #carried = new Map<string, Carried>();
  readonly #held = new Map<string, Held>();
  #since: number;
  #rates: Rates = [];
  #loads = new Map<string, { rate: number; share: number }>();

  constructor(world: World) {
    this.#world = world;
    this.#since = world.now;
    this.#measure();
  }

  look(): void {
    this.#account();
    this.#measure();
  }

  /** What held the transfers of a task up the longest, and for which share of their time. */
  bottleneckOf(upid: string): { bytes: number; bottleneck?: { by: Bottleneck; share: number } } {
    const held = this.#held.get(upid);
    if (held === undefined) return { bytes: 0 };
    let [longest, by, total] = [0, "", 0];
    for (const [resource, ms] of held.ms) {
      total += ms;
      if (ms > longest) [longest, by] = [ms, resource];
    }
    const bytes = Math.round(held.bytes);
    if (total === 0) return { bytes };
    const [kind, limit] = by.split("|");
    const bottleneck: Bottleneck =
      kind === "stream" ? { kind: "stream", bytesPerSecond: Number(limit) } : thingOf(this.#world, by);
    return { bytes, bottleneck: { by: bottleneck, share: Math.round((longest / total) * 100) / 100 } };
  }

  /** Everything that carried something, the fullest first. */
  peaks(): FlowPeak[] {
    return [...this.#carried]
      .toSorted(([a, one], [b, other]) => other.fullMs - one.fullMs || other.peak - one.peak || (a < b ? -1 : 1))
      .map(([resource, { peak, at, bytes, fullMs }]) => ({
        of: thingOf(this.#world, resource),
        peak: { share: Math.round(peak * 1000) / 1000, at },
        bytes: Math.round(bytes),
        fullMs,
      }));
  }

  #account(): void {
    const ms = this.#world.now - this.#since;
    this.#since = this.#world.now;
    if (ms <= 0) return;
    for (const [resource, { rate, share }] of this.#loads) {
      const carried = this.#carried.get(resource);
      if (carried === undefined) continue;
      carried.bytes += (rate * ms) / 1000;
      if (share >= near) carried.fullMs += ms;
    }
    for (const { task, by, bytesPerSecond } of this.#rates) {
      const held = this.#held.get(task) ?? { bytes: 0, ms: new Map<string, number>() };
      this.#held.set(task, held);
      held.bytes += (bytesPerSecond * ms) / 1000;
      held.ms.set(by, (held.ms.get(by) ?? 0) + ms);
    }
  }

  #measure(): void {
    const { flows, now } = this.#world;
    this.#loads = new Map();
    for (const id in flows) {
      const flow = flows[id];
      if (flow === undefined) continue;
      for (const { resource, per } of flow.uses) {
        const load = this.#loads.get(resource) ?? { rate: 0, share: 0 };
        load.rate += flow.rate * per;
        this.#loads.set(resource, load);
      }
    }
    for (const [resource, load] of this.#loads) {
      const capacity = capacityOf(this.#world, resource);
      // What is cut or failed is full of nothing.
      load.share = capacity > 0 ? load.rate / capacity : 1;
      const carried = this.#carried.get(resource) ?? { peak: 0, at: now, bytes: 0, fullMs: 0 };
      this.#carried.set(resource, carried);
      if (capacity > 0 && load.share > carried.peak + 1e-9)
        Object.assign(carried, { peak: Math.min(1, load.share), at: now });
    }
    this.#rates = [];
    for (const id in flows) {
      const flow = flows[id];
      if (flow !== undefined)
        this.#rates.push({ task: flow.task, bytesPerSecond: flow.rate, by: this.#limitOf(flow.uses, flow) });
    }
  }

  /** What keeps a flow from going faster: what is full on its way, one member of a link, or the program itself. */
  #limitOf(uses: readonly { resource: string; per: number }[], { rate, cap }: { rate: number; cap: number }): string {
    const full = uses.find(({ resource }) => (this.#loads.get(resource)?.share ?? 0) >= near);
    if (full !== undefined) return full.resource;
    const member = uses.find(({ resource, per }) => {
      const [kind, id = ""] = resource.split("|");
      const link = kind === "link" ? this.#world.network.links[id] : undefined;
      return link !== undefined && rate * per >= (link.bitsPerSecond / 8 / link.members) * near;
    });
    return member?.resource ?? `stream|${cap}`;
  }
}
