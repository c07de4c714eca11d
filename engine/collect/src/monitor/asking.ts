import type { Kept } from "@orrery/state";
import type { Pace } from "./section.ts";

const longestPauseMs = 600_000;

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
  #asked = 0;
  #failed = 0;
  #inARow = 0;
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

  get asked(): number {
    return this.#asked;
  }

  get failed(): number {
    return this.#failed;
  }

  get isNew(): boolean {
    return this.#asked === 0;
  }

  get due(): number {
    return this.#due;
  }

  isDue(now: number): boolean {
    return !this.#underWay && this.#due <= now;
  }

  /** What it is about may have changed: to be asked at the next occasion. */
  hasten(now: number): void {
    this.#due = Math.min(this.#due, now);
  }

  begin(): void {
    this.#underWay = true;
    this.#asked += 1;
  }

  answered(at: number, value: T, now: number, slower: number): void {
    this.#underWay = false;
    this.#inARow = 0;
    this.#complaint = undefined;
    this.#last = { at, value };
    this.#due = now + this.pace.every * slower;
  }

  /** Each failure in a row doubles the pause, up to ten minutes or its own pace. */
  complained(at: number, why: string, slower: number, unasked: boolean): void {
    this.#underWay = false;
    this.#failed += 1;
    const pause = this.pace.every * 2 ** Math.min(this.#inARow, 10);
    this.#inARow += 1;
    this.#complaint = { since: this.#complaint?.since ?? at, why, unasked };
    this.#due = at + Math.max(this.pace.every * slower, Math.min(pause, longestPauseMs));
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

  kept(now: number): Kept<T> {
    const complaint = this.#complaint;
    if (complaint?.unasked) return { kind: "unasked", why: complaint.why };
    const last = this.#last;
    if (last !== undefined && now - last.at <= this.pace.keep) {
      if (complaint === undefined) return { kind: "fresh", ...last };
      return { kind: "stale", ...last, since: complaint.since, why: complaint.why };
    }
    if (complaint !== undefined) return { kind: "lost", since: complaint.since, why: complaint.why };
    if (last === undefined) return { kind: "awaited" };
    return { kind: "lost", since: last.at + this.pace.keep, why: "no newer answer came" };
  }
}
