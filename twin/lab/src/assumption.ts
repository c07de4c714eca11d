/** Something that a world has and no declaration says, so that whoever reads a rehearsal knows what it rests on. */
export type Assumption = {
  /**
   * `assumed`: a number or a choice that is stated nowhere. `read-as`: something declared that Proxmox keeps in another
   * form. `left-out`: something declared that the world does not have.
   */
  readonly kind: "assumed" | "read-as" | "left-out";
  readonly what: string;
  /** The number or the form that was taken, in words; empty for what was left out. */
  readonly value: string;
  readonly because: string;
  /** What it is about: names of nodes, guests, storages and jobs, in the order of the lab. */
  readonly subjects: readonly string[];
};

type Entry = Omit<Assumption, "subjects">;

/** Collects assumptions; equal ones about several subjects become one. */
export class Ledger {
  readonly #entries = new Map<string, Entry & { readonly subjects: string[] }>();

  note(entry: Entry, subject: string): void {
    const key = JSON.stringify([entry.kind, entry.what, entry.value, entry.because]);
    const found = this.#entries.get(key);
    if (found === undefined) this.#entries.set(key, { ...entry, subjects: [subject] });
    else if (!found.subjects.includes(subject)) found.subjects.push(subject);
  }

  assume(what: string, value: string, because: string, subject: string): void {
    this.note({ kind: "assumed", what, value, because }, subject);
  }

  readAs(what: string, value: string, because: string, subject: string): void {
    this.note({ kind: "read-as", what, value, because }, subject);
  }

  leaveOut(what: string, because: string, subject: string): void {
    this.note({ kind: "left-out", what, value: "", because }, subject);
  }

  get all(): Assumption[] {
    return [...this.#entries.values()];
  }
}
