import type { SectionTally } from "@orrery/state";

type Tally = { asked: number; failed: number };

/** How often each section was asked. */
export class Tallies {
  readonly #tallies = new Map<string, Tally>();

  of(section: string): Tally {
    const known = this.#tallies.get(section);
    if (known !== undefined) return known;
    const tally = { asked: 0, failed: 0 };
    this.#tallies.set(section, tally);
    return tally;
  }

  all(): SectionTally[] {
    return [...this.#tallies].map(([section, tally]) => ({ section, ...tally }));
  }
}
