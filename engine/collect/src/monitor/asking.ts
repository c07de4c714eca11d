import { type Kept, observed, unasked, unreachable } from "@orrery/state";
import type { Latest } from "./latest.ts";
import type { Pace } from "./section.ts";

const minuteMs = 60_000;
/** Cycles do not come to the millisecond: what is due in a moment is asked in this one. */
const earlyMs = 500;

type Complaint = {
  /** How many times slower than usual it is to be asked, to spare the cluster, and what is usual. */
  readonly pace: number;
  readonly usual: number;
  /** There is no such thing. */
  readonly unasked: boolean;
};

/** One thing that is asked again and again: when it is due, what came last, and how the asking goes. */
export class Asking<T = unknown> {
  readonly section: string;
  readonly subject: string;
  /** The node that it burdens; empty where that is the cluster. */
  readonly node: string;
  readonly pace: Pace;
  readonly read: () => Promise<T>;
  #due: number;
  #underWay = false;
  #isNew = true;
  #inARow = 0;
  /** How many times slower than usual it was asked when it last was. */
  #slower = 1;
  #last: { readonly at: number; readonly value: T } | undefined;
  #complaint: { readonly since: number; readonly why: string; readonly unasked: boolean } | undefined;

  constructor(
    place: { readonly section: string; readonly subject: string; readonly node: string; readonly pace: Pace },
    read: () => Promise<T>,
    due: number,
  ) {
    this.section = place.section;
    this.subject = place.subject;
    this.node = place.node;
    this.pace = place.pace;
    this.read = read;
    this.#due = due;
  }

  /** Never asked. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Neither answered yet, nor asked in vain. */
  get isAwaited(): boolean {
    return this.#last === undefined && this.#complaint === undefined;
  }

  get due(): number {
    return this.#due;
  }

  isDue(now: number): boolean {
    return !this.#underWay && this.#due - earlyMs <= now;
  }

  /** What it is about may have changed: to be asked at the next occasion. */
  hasten(now: number): void {
    this.#due = Math.min(this.#due, now);
  }

  /** To be asked now, as if it had never been: whatever else is due. */
  renew(now: number): void {
    this.#isNew = true;
    this.hasten(now);
  }

  /** Takes over what another one knew of the same thing in another place. */
  inherit(other: Asking<T>): void {
    this.#last ??= other.#last;
  }

  /** The clock jumped: what was so long ago still is. */
  shift(by: number): void {
    this.#due += by;
    if (this.#last !== undefined) this.#last = { ...this.#last, at: this.#last.at + by };
    if (this.#complaint !== undefined) this.#complaint = { ...this.#complaint, since: this.#complaint.since + by };
  }

  /** New, and yet to wait for its turn. */
  spread(now: number): void {
    this.#isNew = false;
    this.#due = now;
  }

  begin(): void {
    this.#underWay = true;
    this.#isNew = false;
  }

  answered(at: number, value: T, slower: number): void {
    this.#underWay = false;
    this.#inARow = 0;
    this.#complaint = undefined;
    this.#last = { at, value };
    this.#slower = slower;
    this.#due = at + this.pace.every * slower;
  }

  /**
   * Each failure in a row doubles the pause: of what is asked often up to four times its own, so that its return is seen;
   * of the rest, from a minute up to its own.
   */
  complained(at: number, why: string, { pace, usual, unasked }: Complaint): void {
    this.#underWay = false;
    const every = this.pace.every * usual;
    const minute = minuteMs * usual;
    const doubled = 2 ** Math.min(this.#inARow, 10);
    this.#inARow += 1;
    this.#complaint = { since: this.#complaint?.since ?? at, why, unasked };
    const pause =
      every > minute ? Math.min(every, minute * doubled) : every * Math.max(pace / usual, Math.min(4, doubled));
    this.#due = at + (unasked ? every : pause);
  }

  /** It was not asked, for a reason that is known. */
  spared(now: number, why: string): void {
    this.#complaint = { since: this.#complaint?.since ?? now, why, unasked: false };
    this.hasten(now);
  }

  /** Stopped before an answer: as if it had not been asked. */
  stopped(): void {
    this.#underWay = false;
  }

  /** The last value, however old it is. */
  latest(): Latest<T> {
    const [last, complaint] = [this.#last, this.#complaint];
    if (complaint?.unasked) return { part: unasked(complaint.why) };
    if (last !== undefined)
      return { part: observed(last.at, last.value), ...(complaint === undefined ? {} : { stale: complaint.why }) };
    if (complaint !== undefined) return { part: unreachable(complaint.since, complaint.why) };
    return { part: unasked("it was not read yet") };
  }

  kept(now: number): Kept<T> {
    const complaint = this.#complaint;
    if (complaint?.unasked) return { kind: "unasked", why: complaint.why };
    const last = this.#last;
    if (last !== undefined && now - last.at <= this.pace.keep * this.#slower) {
      if (complaint === undefined) return { kind: "fresh", ...last };
      return { kind: "stale", ...last, since: complaint.since, why: complaint.why };
    }
    if (complaint !== undefined) return { kind: "lost", since: complaint.since, why: complaint.why };
    if (last === undefined) return { kind: "awaited" };
    return { kind: "lost", since: last.at + this.pace.keep * this.#slower, why: "no newer answer came" };
  }
}
