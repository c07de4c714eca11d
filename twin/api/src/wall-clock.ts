const formats = new Map<string, Intl.DateTimeFormat>();

const formatFor = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formats.set(zone, made);
  return made;
};

/** Whether a zone has a file in the time zone database; its names tell small letters from capitals. */
export const zoneExists = (zone: string): boolean => {
  if (!/^[A-Z]/.test(zone)) return false;
  try {
    const resolved = formatFor(zone).resolvedOptions().timeZone;
    return resolved === zone || resolved.toLowerCase() !== zone.toLowerCase();
  } catch {
    return false;
  }
};

/** What a clock on the wall of the zone shows at an instant, as if it were UTC: epoch milliseconds. */
export const wallClock = (at: number, zone: string): number => {
  if (zone === "UTC") return at;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatFor(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/** `Sun Nov 22 08:04:39 2026`, as Perl's localtime prints it. */
export const localtimeText = (at: number, zone: string): string => {
  const date = new Date(wallClock(at, zone));
  const text = date.toUTCString();
  const day = String(date.getUTCDate()).padStart(2, " ");
  return `${text.slice(0, 3)} ${text.slice(8, 11)} ${day} ${text.slice(17, 25)} ${date.getUTCFullYear()}`;
};
