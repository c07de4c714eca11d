import { Declared, type Proof, proveLab } from "@orrery/collect";
import type { Clock } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { type Comparison, compareLab } from "@orrery/plan";
import type { ClusterState, Monitored } from "@orrery/state";
import { family, type Metrics } from "@orrery/telemetry";
import { windowsAt } from "./alerts/open-windows.ts";

/** What is to be judged: the declaration by itself where `prove` says so, and a cluster against it. */
export type Question = {
  readonly lab: Lab;
  readonly at: number;
  readonly prove: boolean;
  readonly state: ClusterState;
};
export type Judgement = { readonly proof?: Proof; readonly comparison: Comparison };

/** Judges: takes a while, and may do so elsewhere. */
export type Judge = (question: Question) => Promise<Judgement>;

/** Judges in this thread. */
export const judged = ({ lab, at, prove, state }: Question): Judgement => ({
  ...(prove ? { proof: proveLab(lab, at) } : {}),
  comparison: compareLab(lab, state),
});

const windowOpen = family(
  "orrery_maintenance_window_open",
  "gauge",
  ["window"],
  "Whether a maintenance window of the declaration is open",
);

const everyMs = 600_000;

/** Holds a cluster against its declaration every ten minutes, one time after the other. */
export class Judging {
  readonly #declared: Declared;
  readonly #clock: Clock;
  readonly #judge: Judge;
  #due: number;
  #isUnderWay = false;
  #hasJudged = false;

  constructor(lab: Lab, clock: Clock, judge: Judge = async (question) => judged(question)) {
    this.#declared = new Declared(lab);
    this.#clock = clock;
    this.#judge = judge;
    this.#due = clock.monotonic();
  }

  /** Whether there was a judgement, or none could be made. */
  get hasJudged(): boolean {
    return this.#hasJudged;
  }

  /** Judges, if that is due. Rejects where it cannot be: what was judged last stays, and says of when it is. */
  async follow(state: ClusterState): Promise<void> {
    const now = this.#clock.monotonic();
    if (this.#isUnderWay || now < this.#due) return;
    this.#isUnderWay = true;
    this.#due = now + everyMs;
    const { lab } = this.#declared;
    const at = this.#clock.now();
    try {
      const { proof, comparison } = await this.#judge({ lab, at, prove: this.#declared.needsProof(at), state });
      if (proof !== undefined) this.#declared.proven(at, proof);
      this.#declared.compared(state.at, comparison);
    } finally {
      this.#isUnderWay = false;
      this.#hasJudged = true;
    }
  }

  /** The cluster may have been changed on purpose: to be judged with the next state. */
  hasten(): void {
    this.#due = this.#clock.monotonic();
  }

  measure(to: Metrics, seen: Monitored): void {
    this.#declared.measure(to, seen);
    for (const [window, isOpen] of windowsAt(this.#declared.lab, seen.at))
      to.of(windowOpen).set([window], isOpen ? 1 : 0);
  }
}
