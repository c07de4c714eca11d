import type { Abort } from "@orrery/contract";

/** Whether something new may still be begun, and why not. The first reason stays. */
export class Stop {
  readonly #tell: (why: string) => void;
  #why: string | undefined;

  constructor(tell: (why: string) => void, signal: Abort | undefined) {
    this.#tell = tell;
    const asked = (): void => this.ask("somebody asked to stop");
    if (signal?.aborted === true) asked();
    else signal?.addEventListener("abort", asked);
  }

  get why(): string | undefined {
    return this.#why;
  }

  ask(why: string): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    this.#tell(why);
  }
}
