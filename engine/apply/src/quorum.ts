import { observeMembership, type Port } from "@orrery/collect";
import type { Clock } from "@orrery/contract";

/** For so long an answer counts, so that what is begun at the same time asks once. Milliseconds. */
const maxAgeMs = 500;

/** Whether the cluster may be changed, asked before every change. */
export class Quorum {
  readonly #pve: Port;
  readonly #clock: Clock;
  #asked: { readonly at: number; readonly answer: Promise<string | undefined> } | undefined;
  #requests = 0;

  constructor(pve: Port, clock: Clock) {
    this.#pve = pve;
    this.#clock = clock;
  }

  get requests(): number {
    return this.#requests;
  }

  /** Why nothing may be changed now; undefined where it may. */
  async missing(): Promise<string | undefined> {
    const now = this.#clock.monotonic();
    if (this.#asked === undefined || now - this.#asked.at >= maxAgeMs) this.#asked = { at: now, answer: this.#ask() };
    return this.#asked.answer;
  }

  async #ask(): Promise<string | undefined> {
    this.#requests += 1;
    const membership = await observeMembership(this.#pve, this.#clock);
    if (membership.kind !== "observed") return `nobody can say whether the cluster has its quorum: ${membership.why}`;
    return membership.value.cluster?.quorate === false ? "the cluster has no quorum" : undefined;
  }
}
