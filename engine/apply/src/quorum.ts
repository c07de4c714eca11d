import { observeMembership, type Port } from "@orrery/collect";
import type { Clock } from "@orrery/contract";

/** Whether the cluster may be changed, asked before every change. */
export class Quorum {
  readonly #pve: Port;
  readonly #clock: Clock;
  #asked: Promise<string | undefined> | undefined;
  #requests = 0;

  constructor(pve: Port, clock: Clock) {
    this.#pve = pve;
    this.#clock = clock;
  }

  get requests(): number {
    return this.#requests;
  }

  /** Why nothing may be changed now; undefined where it may. Who asks while an answer is on its way shares it. */
  async missing(): Promise<string | undefined> {
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  async #ask(): Promise<string | undefined> {
    this.#requests += 1;
    const membership = await observeMembership(this.#pve, this.#clock);
    if (membership.kind !== "observed") return `nobody can say whether the cluster has its quorum: ${membership.why}`;
    return membership.value.cluster?.quorate === false ? "the cluster has no quorum" : undefined;
  }
}
