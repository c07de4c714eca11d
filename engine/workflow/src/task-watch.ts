import type { Task, World } from "@orrery/twin-world";
import type { FlowWatch } from "./flow-watch.ts";
import { guestName } from "./guest-name.ts";
import type { Happening } from "./rehearsal.ts";

/** Follows every task that nodes list, from its start to its end. */
export class TaskWatch {
  readonly #world: World;
  readonly #flows: FlowWatch;
  readonly #seen = new Map<string, string>();
  readonly #running = new Map<string, { task: Task; name: string | undefined }>();
  readonly #ended: Happening[] = [];

  constructor(world: World, flows: FlowWatch) {
    this.#world = world;
    this.#flows = flows;
    // What was over before is no part of it.
    for (const name in world.nodes) {
      const upids = world.nodes[name]?.tasks ?? [];
      for (const upid of upids) this.#begin(upid);
      this.#remember(name, upids);
    }
    for (const [upid, { task }] of this.#running) if (task.state.kind === "ended") this.#running.delete(upid);
  }

  look(): void {
    const { nodes, tasks } = this.#world;
    for (const name in nodes) {
      const upids = nodes[name]?.tasks ?? [];
      const last = this.#seen.get(name);
      if (upids.at(-1) === last) continue;
      for (let index = upids.lastIndexOf(last ?? "") + 1; index < upids.length; index++)
        this.#begin(upids[index] ?? "");
      this.#remember(name, upids);
    }
    for (const [upid, { task }] of this.#running)
      if (task.state.kind === "ended" || tasks[upid] === undefined) this.#end(upid);
  }

  get underWay(): number {
    return this.#running.size;
  }

  /** Those that ended, and those that still run. */
  all(): Happening[] {
    return [...this.#ended, ...[...this.#running.keys()].map((upid) => this.#told(upid))];
  }

  #remember(node: string, upids: readonly string[]): void {
    const last = upids.at(-1);
    if (last !== undefined) this.#seen.set(node, last);
  }

  #begin(upid: string): void {
    const task = this.#world.tasks[upid];
    // A guest that is destroyed or restored loses its name on the way.
    if (task !== undefined) this.#running.set(upid, { task, name: guestName(this.#world, task.id) });
  }

  #end(upid: string): void {
    this.#ended.push(this.#told(upid));
    this.#running.delete(upid);
  }

  #told(upid: string): Happening {
    const found = this.#running.get(upid);
    if (found === undefined) throw new Error(`No task ${upid} is being watched.`);
    const { task } = found;
    const name = guestName(this.#world, task.id) ?? found.name;
    const ended = task.state.kind === "ended" ? task.state : undefined;
    return {
      kind: "task",
      at: task.starttime,
      ...(ended === undefined ? {} : { ms: ended.at - task.starttime }),
      type: task.type,
      node: task.node,
      id: task.id,
      ...(name === undefined ? {} : { name }),
      end: ended === undefined ? "running" : ended.exitstatus,
      ...this.#flows.bottleneckOf(upid),
    };
  }
}
