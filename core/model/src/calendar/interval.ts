import type { Instant, Interval } from "./time.ts";

/** Ascending and disjoint: overlapping and touching intervals become one, empty ones vanish. Takes them ascending by start. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const interval of intervals) {
    if (interval.end <= interval.start) continue;
    const last = result.at(-1);
    if (last !== undefined && interval.start <= last.end) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, interval.end) };
    } else result.push({ start: interval.start, end: interval.end });
  }
  return result;
}

/** What two ascending, disjoint lists have in common; ascending, disjoint, never empty intervals. Linear in both. */
export function overlaps(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (let i = 0, j = 0; ; ) {
    const one = a[i];
    const other = b[j];
    if (one === undefined || other === undefined) return result;
    const start = Math.max(one.start, other.start);
    const end = Math.min(one.end, other.end);
    if (start < end) result.push({ start, end });
    if (one.end <= other.end) i++;
    else j++;
  }
}

/** What an ascending, disjoint list leaves free of a range. */
export function gaps(intervals: readonly Interval[], from: Instant, to: Instant): Interval[] {
  const result: Interval[] = [];
  let free = from;
  for (const { start, end } of intervals) {
    if (start >= to) break;
    if (start > free) result.push({ start: free, end: start });
    free = Math.max(free, end);
  }
  if (free < to) result.push({ start: free, end: to });
  return result;
}
