import type { World } from "@orrery/twin-world";
import { FlowWatch } from "./flow-watch.ts";
import { LoadWatch } from "./load-watch.ts";
import { OutageWatch } from "./outage-watch.ts";
import type { Happening } from "./rehearsal.ts";
import { StateWatch } from "./state-watch.ts";
import { TaskWatch } from "./task-watch.ts";

/** Everything that is looked at while a world lives. */
export class Watch {
  readonly flows: FlowWatch;
  readonly tasks: TaskWatch;
  readonly loads: LoadWatch;
  readonly outages: OutageWatch;
  readonly states: StateWatch;
  requests = 0;

  constructor(world: World) {
    this.flows = new FlowWatch(world);
    this.tasks = new TaskWatch(world, this.flows);
    this.loads = new LoadWatch(world);
    this.outages = new OutageWatch(world);
    this.states = new StateWatch(world);
  }

  look(): void {
    this.flows.look();
    this.tasks.look();
    this.outages.look();
    this.states.look();
    this.loads.look(this.outages.takeMoved());
  }

  /** What happened by itself or was done by the world, unsorted. */
  happenings(): Happening[] {
    const outages = this.outages.all().map(
      ({ vmid, name, node, at, back, dataAt }): Happening => ({
        kind: "outage",
        at,
        ...(back === undefined ? {} : { ms: back.at - at, to: back.node }),
        vmid,
        name,
        from: node,
        ...(dataAt === undefined ? {} : { lostMs: Math.max(0, at - dataAt) }),
      }),
    );
    return [...this.states.marks, ...this.tasks.all(), ...outages];
  }
}
