import { nextOccurrence, occurrences, type Recurrence } from "./recurrence.ts";
import { type Instant, type Interval, type Seconds, secondMs } from "./time.ts";

/** A time that comes again, such as a maintenance window. It lasts its duration by the stopwatch, whatever the wall clock does. */
export interface Window {
  readonly recurrence: Recurrence;
  readonly duration: Seconds;
}

const opened = (window: Window, start: Instant): Interval => ({ start, end: start + window.duration * secondMs });

/** Every window that is open at some moment of the range, whole (not cut at its ends), ascending. Overlap is kept as it is. */
export function windows(window: Window, from: Instant, to: Instant): Interval[] {
  if (!(from < to) || window.duration <= 0) return [];
  return occurrences(window.recurrence, from - window.duration * secondMs + 1, to).map((start) =>
    opened(window, start),
  );
}

/** The window that is open at a moment; of several, the one that closes last. */
export function windowAt(window: Window, instant: Instant): Interval | undefined {
  return windows(window, instant, instant + 1).at(-1);
}

/** The first window that opens strictly after a moment. */
export function nextWindow(window: Window, after: Instant): Interval | undefined {
  const start = nextOccurrence(window.recurrence, after);
  return start === undefined ? undefined : opened(window, start);
}
