import type { Clock } from "@orrery/contract";
import type { Plan } from "@orrery/plan";
import type { Happening } from "./event.ts";
import type { JournalRecord, Past } from "./journal.ts";
import type { Quorum } from "./quorum.ts";
import type { SecretKeeper, Secrets } from "./secret.ts";
import type { Stop } from "./stop.ts";
import type { AnyPve } from "./task.ts";
import type { View } from "./view.ts";

/** How long the applier waits for what may come. Milliseconds. */
export type Patience = {
  /** For a lock to open, or a node to answer, before a call is given up. */
  readonly callMs: number;
  /** For what was done to be seen: some lists are written every ten seconds. */
  readonly seeMs: number;
};

type WithoutTime<T> = T extends unknown ? Omit<T, "at"> : never;

/** What the actions of one run share. */
export type Run = {
  readonly plan: Plan;
  readonly pve: AnyPve;
  readonly clock: Clock;
  readonly view: View;
  readonly quorum: Quorum;
  readonly secrets: Secrets;
  readonly keepSecret: SecretKeeper;
  readonly stop: Stop;
  readonly past: Past;
  readonly patience: Patience;
  /** Who acts, as tasks name them; undefined where nobody knows. */
  readonly user: string | undefined;
  /** Risks above `hot` outside of the declared windows too. */
  readonly anyTime: boolean;
  /** UPIDs of tasks that are accounted for. */
  readonly tasks: Set<string>;
  readonly tell: (happening: Happening) => void;
  readonly record: (record: WithoutTime<JournalRecord>) => Promise<void>;
  /** Over a new connection: why a node does not answer; undefined where it does. */
  readonly reach: (node: string) => Promise<string | undefined>;
};

/** Waits longer each time, up to so many milliseconds in all. */
export async function* pauses(clock: Clock, withinMs: number): AsyncGenerator<number, void> {
  const began = clock.monotonic();
  yield 0;
  for (let pause = 500; clock.monotonic() - began < withinMs; pause = Math.min(pause * 2, 8000)) {
    await clock.sleep(Math.min(pause, withinMs - (clock.monotonic() - began)));
    yield pause;
  }
}
