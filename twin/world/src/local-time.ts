import { wallClockAt } from "@orrery/model";

const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** `2026-11-22 09:19:56` of an instant, in the zone of a node. */
export const localStamp = (at: number, zone: string): string =>
  new Date(wallClockAt(zone, at)).toISOString().slice(0, 19).replace("T", " ");

/** Numbers that are equal for instants in the same hour, day, ISO week, month and year of a zone. */
export const periodsOf = (
  at: number,
  zone: string,
): { hourly: number; daily: number; weekly: number; monthly: number; yearly: number } => {
  const local = wallClockAt(zone, at);
  const daily = Math.floor(local / dayMs);
  // Days to year and month, counted from a March so that leap days come last.
  const shifted = daily + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = (Math.floor((5 * dayOfYear + 2) / 153) + 2) % 12;
  const yearly = yearOfEra + era * 400 + (month <= 1 ? 1 : 0);
  // The epoch was a Thursday.
  return {
    hourly: Math.floor(local / hourMs),
    daily,
    weekly: Math.floor((daily + 3) / 7),
    monthly: yearly * 12 + month,
    yearly,
  };
};
