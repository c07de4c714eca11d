import { isQuorate, type Task, type World } from "@orrery/twin-world";
import { faultSentence } from "./fault-words.ts";

/** One line of a timeline. `at` is epoch milliseconds of the world. */
export type TimelineEntry = {
  readonly at: number;
  readonly kind: "fault" | "node" | "quorum" | "guest" | "ha" | "task" | "call";
  readonly text: string;
};

/** Tasks of one type that ended one way. */
export type TaskTally = {
  readonly type: string;
  readonly ended: string;
  readonly count: number;
  readonly longestMs: number;
  readonly totalMs: number;
};

const spanText = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
};

const guestName = (world: World, vmid: string): string => {
  const config = world.guests[vmid]?.config;
  const name = config?.name ?? config?.hostname;
  return name === undefined ? vmid : `${name} (${vmid})`;
};

/** Looks at a world again and again and tells what is other than before. */
export class Watcher {
  readonly entries: TimelineEntry[] = [];
  readonly #world: World;
  readonly #before = new Map<string, string>();
  readonly #lastTask = new Map<string, string>();
  readonly #running = new Map<string, Task>();
  readonly #lastEnds = new Map<string, string>();
  readonly #tallies = new Map<
    string,
    { type: string; ended: string; count: number; longestMs: number; totalMs: number }
  >();

  constructor(world: World) {
    this.#world = world;
    this.look();
    this.entries.length = 0;
  }

  get tallies(): TaskTally[] {
    return [...this.#tallies.values()].toSorted((one, other) =>
      one.type + one.ended < other.type + other.ended ? -1 : 1,
    );
  }

  tell(kind: TimelineEntry["kind"], text: string): void {
    this.entries.push({ at: this.#world.now, kind, text });
  }

  #note(kind: TimelineEntry["kind"], key: string, now: string, text: (before: string | undefined) => string): void {
    const before = this.#before.get(key);
    if (before === now) return;
    this.#before.set(key, now);
    this.tell(kind, text(before));
  }

  look(): void {
    const world = this.#world;
    for (const id in world.faults) {
      const fault = world.faults[id];
      if (fault === undefined || fault.state === "pending") continue;
      this.#note("fault", id, fault.state, () => `${faultSentence(fault)}${fault.state === "over" ? ": over" : ""}`);
    }
    for (const name in world.nodes) {
      this.#note(
        "node",
        `node ${name}`,
        world.nodes[name]?.state.kind ?? "gone",
        (before) => `${name}: ${before} → ${this.#before.get(`node ${name}`)}`,
      );
      const quorate = isQuorate(world, name) ? "quorum" : "no quorum";
      if (world.nodes[name]?.state.kind === "online")
        this.#note("quorum", `quorum ${name}`, quorate, () => `${name}: ${quorate}`);
      this.#lookAtTasks(name);
    }
    for (const vmid in world.guests) {
      const guest = world.guests[vmid];
      if (guest === undefined) continue;
      const state = `${guest.run.kind === "paused" && guest.run.reason === "io-error" ? "stopped by an I/O error" : guest.run.kind} on ${guest.node}`;
      this.#note(
        "guest",
        `guest ${vmid}`,
        state,
        (before) => `${guestName(world, vmid)}: ${before ?? "new"} → ${state}`,
      );
    }
    for (const sid in world.ha.services) {
      const service = world.ha.services[sid];
      // That the managers take a service up is no news.
      if (service !== undefined && !this.#before.has(`ha ${sid}`)) this.#before.set(`ha ${sid}`, service.state);
      else if (service !== undefined)
        this.#note("ha", `ha ${sid}`, service.state, (before) => `${sid}: ${before ?? "new"} → ${service.state}`);
    }
    for (const [upid, task] of this.#running)
      if (task.state.kind === "ended" || world.tasks[upid] === undefined) this.#end(upid, task);
  }

  #lookAtTasks(node: string): void {
    const upids = this.#world.nodes[node]?.tasks ?? [];
    const last = this.#lastTask.get(node);
    for (let index = upids.length - 1; index >= 0; index--) {
      const upid = upids[index] ?? "";
      if (upid === last) break;
      const task = this.#world.tasks[upid];
      if (task !== undefined) this.#running.set(upid, task);
    }
    const newest = upids.at(-1);
    if (newest !== undefined) this.#lastTask.set(node, newest);
  }

  #end(upid: string, task: Task): void {
    this.#running.delete(upid);
    const ended = task.state.kind === "ended" ? task.state.exitstatus : "lost with its node";
    const tookMs = (task.state.kind === "ended" ? task.state.at : this.#world.now) - task.starttime;
    const key = `${task.type} ${ended}`;
    const tally = this.#tallies.get(key) ?? { type: task.type, ended, count: 0, longestMs: 0, totalMs: 0 };
    this.#tallies.set(key, tally);
    tally.count += 1;
    tally.totalMs += tookMs;
    tally.longestMs = Math.max(tally.longestMs, tookMs);
    // The same failure over and over is told once, and again when it has been mended in between.
    const work = `${task.type} ${task.id} ${task.node}`;
    if (this.#lastEnds.get(work) === ended) return;
    this.#lastEnds.set(work, ended);
    if (ended === "OK") return;
    this.tell(
      "task",
      `${task.type}${task.id === "" ? "" : ` ${task.id}`} on ${task.node} after ${spanText(tookMs)}: ${ended}`,
    );
  }
}
