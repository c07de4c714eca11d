const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** What is known of zones: their offset in each hour that was asked for. Offsets change on whole or half hours only. */
const known = new Map<string, Map<number, number>>();
const most = 20_000;

const readOffset = (at: number, zone: string): number => {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
};

/** Milliseconds that a zone's clock is ahead of UTC at an instant. */
const offsetOf = (at: number, zone: string): number => {
  if (zone === "UTC") return 0;
  let hours = known.get(zone);
  if (!hours || hours.size > most) {
    hours = new Map();
    known.set(zone, hours);
  }
  const half = Math.floor(at / (hourMs / 2));
  let offset = hours.get(half);
  if (offset === undefined) {
    offset = readOffset(at, zone);
    hours.set(half, offset);
  }
  return offset;
};

/** `2026-11-22 09:19:56` of an instant, in the zone of a node. */
export const localStamp = (at: number, zone: string): string =>
  new Date(at + offsetOf(at, zone)).toISOString().slice(0, 19).replace("T", " ");

/** Numbers that are equal for instants in the same hour, day, ISO week, month and year of a zone. */
export const periodsOf = (
  at: number,
  zone: string,
): { hourly: number; daily: number; weekly: number; monthly: number; yearly: number } => {
  const local = at + offsetOf(at, zone);
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
