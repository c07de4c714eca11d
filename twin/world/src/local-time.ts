const formats = new Map<string, Intl.DateTimeFormat>();

const formatFor = (zone: string): Intl.DateTimeFormat => {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
};

const quarterMs = 900_000;
/** Zones change their offset at quarters of an hour and at no other moment: one look at each is enough. */
const offsets = new Map<string, Map<number, number>>();
const keptOffsets = 100_000;

const readOffset = (at: number, zone: string): number => {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatFor(zone).formatToParts(at)) parts[type] = value;
  const { year, month, day, hour, minute, second } = parts;
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return wall - Math.floor(at / 1000) * 1000;
};

const offsetOf = (at: number, zone: string): number => {
  let known = offsets.get(zone);
  if (!known || known.size > keptOffsets) {
    known = new Map();
    offsets.set(zone, known);
  }
  const quarter = Math.floor(at / quarterMs);
  const found = known.get(quarter) ?? readOffset(at, zone);
  known.set(quarter, found);
  return found;
};

/** What a clock in the zone shows at an instant, as milliseconds of a clock that knows no zones. */
export const localMs = (at: number, zone: string): number => (zone === "UTC" ? at : at + offsetOf(at, zone));

/** `2026-11-22 09:19:56` of an instant, in the zone of a node. */
export const localStamp = (at: number, zone: string): string =>
  new Date(localMs(at, zone)).toISOString().slice(0, 19).replace("T", " ");
