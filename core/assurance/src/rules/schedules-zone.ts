import { calendarEventTraps, type Instant, offsetAt, type Path, parseCalendarEvent, zoneTrap } from "@orrery/model";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { count } from "../words.ts";

const dayMs = 86_400_000;

type Place = { readonly path: Path; readonly value: Readonly<Record<string, unknown>> };

/** Every object of a declaration that has a property, with its path, in declared order. */
function* holding(value: unknown, property: string, path: Path = []): Generator<Place> {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* holding(item, property, [...path, index]);
    return;
  }
  const record: Readonly<Record<string, unknown>> = { ...value };
  if (property in record) yield { path, value: record };
  for (const [key, item] of Object.entries(record)) yield* holding(item, property, [...path, key]);
}

/** The chapters in which a schedule can stand; guests, thousands of them, have none. */
const scheduled = ({ lab }: Context): Readonly<Record<string, unknown>> => ({
  service: lab.service,
  maintenance: lab.maintenance,
  monitoring: lab.monitoring,
  controls: lab.controls,
  backup: lab.backup,
  recovery: lab.recovery,
});

/** From when to when in a year two zones differ, and by how many hours. */
const differing = (
  zone: string,
  meant: string,
  year: number,
): { from: string; to: string; hours: number } | undefined => {
  let from: Instant | undefined;
  let to: Instant | undefined;
  for (let noon = Date.UTC(year, 0, 1, 12); noon < Date.UTC(year + 1, 0, 1); noon += dayMs) {
    if (offsetAt(zone, noon) === offsetAt(meant, noon)) continue;
    from ??= noon;
    to = noon;
  }
  if (from === undefined || to === undefined) return undefined;
  const date = (at: Instant): string => new Date(at).toISOString().slice(0, 10);
  return { from: date(from), to: date(to), hours: (offsetAt(meant, from) - offsetAt(zone, from)) / 3_600_000 };
};

const ambiguousZone: Rule = {
  id: "schedules/ambiguous-zone",
  chapter: "service",
  severity: "warning",
  title: "Times are declared in a zone that means one thing all year",
  why: "`EST` is five hours behind UTC in July as well. Who reads a clock on the wall in New York comes an hour late for the window, for eight months of the year.",
  how: "Each zone of the declaration is looked up among ids that do not do what most who write them expect: fixed abbreviations, `Etc/GMT` with its reversed sign, zones without a place. The days on which it differs from the zone that is usually meant are counted for the year of the check.",
  remedy: "Write the place (`America/New_York`), or `UTC` where a fixed offset is meant.",
  *check(context): Generator<Draft> {
    const year = new Date(context.at).getUTCFullYear();
    const zones = new Map<string, Place[]>();
    for (const place of holding(scheduled(context), "zone")) {
      const { zone } = place.value;
      if (typeof zone !== "string") continue;
      const same = zones.get(zone);
      if (same === undefined) zones.set(zone, [place]);
      else same.push(place);
    }
    for (const [zone, places] of zones) {
      const trap = zoneTrap(zone, year);
      const [first] = places;
      if (trap === undefined || first === undefined) continue;
      const shift = differing(zone, trap.meant, year);
      const chapters = [...new Set(places.map(({ path }) => String(path[0])))].join(", ");
      const shifted =
        shift === undefined || trap.kind === "no-zone"
          ? ""
          : ` Read in ${trap.meant}, what is declared here is ${shift.hours > 0 ? `${shift.hours} h later` : `${-shift.hours} h earlier`} on ${trap.daysDiffering} days of ${year} (${shift.from} to ${shift.to}).`;
      yield {
        subject: zone,
        path: [...first.path, "zone"],
        claim: `${count(places.length, "time")} in ${zone} (${chapters})`,
        why: `${trap.why}${shifted}`,
        remedy: `Write "${trap.meant}" if the local clock is meant, "UTC" with the hours moved if a fixed offset is.`,
      };
    }
  },
};

const calendarTrap: Rule = {
  id: "schedules/calendar-trap",
  chapter: "backup",
  severity: "warning",
  title: "Proxmox calendar events run as they read",
  why: "The server accepts a schedule and runs it otherwise than it reads: a lone number is minutes of every hour, some steps and days are passed over.",
  how: "Each calendar event of the declaration is parsed as the servers do, and compared with what its text names.",
  remedy: "Write the event so that both readings agree.",
  *check(context): Generator<Draft> {
    for (const { path, value } of holding(scheduled(context), "event")) {
      if (value.every !== "calendar" || typeof value.event !== "string") continue;
      const parsed = parseCalendarEvent(value.event);
      if (parsed.kind === "problem") continue;
      for (const trap of calendarEventTraps(parsed.event)) {
        yield {
          subject: value.event,
          path: [...path, "event"],
          claim: `"${value.event}"`,
          why: trap.why,
          remedy: trap.remedy,
        };
      }
    }
  },
};

export const zoneRules: readonly Rule[] = [ambiguousZone, calendarTrap];
