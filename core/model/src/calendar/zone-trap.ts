import { dayMs, hourMs, isZone, type Zone } from "./time.ts";
import { midnightOf, offsetAt } from "./wall-clock.ts";

/**
 * A zone id that does not do what most who write it expect:
 * - `fixed`: an abbreviation that stays on its winter offset all year;
 * - `reversed`: an `Etc/GMT` id, whose sign is the opposite of everyday use (`Etc/GMT+5` is five hours behind UTC);
 * - `placeless`: follows somebody's clock changes, without saying whose; what it means changed with the database;
 * - `no-zone`: no id of the IANA database at all, though people write it.
 */
export type ZoneTrap =
  | {
      readonly kind: "fixed" | "reversed" | "placeless";
      readonly zone: Zone;
      /** The zone that is usually meant. */
      readonly meant: Zone;
      /** Days of the year on which, at noon UTC, its offset is not that of `meant`. */
      readonly daysDiffering: number;
      readonly why: string;
    }
  | { readonly kind: "no-zone"; readonly zone: string; readonly meant: Zone; readonly why: string };

const places: Readonly<Record<string, { readonly meant: Zone; readonly kind: "fixed" | "placeless" | "no-zone" }>> = {
  EST: { meant: "America/New_York", kind: "fixed" },
  MST: { meant: "America/Denver", kind: "fixed" },
  HST: { meant: "Pacific/Honolulu", kind: "fixed" },
  EST5EDT: { meant: "America/New_York", kind: "placeless" },
  CST6CDT: { meant: "America/Chicago", kind: "placeless" },
  MST7MDT: { meant: "America/Denver", kind: "placeless" },
  PST8PDT: { meant: "America/Los_Angeles", kind: "placeless" },
  CET: { meant: "Europe/Berlin", kind: "placeless" },
  MET: { meant: "Europe/Berlin", kind: "placeless" },
  EET: { meant: "Europe/Helsinki", kind: "placeless" },
  WET: { meant: "Europe/Lisbon", kind: "placeless" },
  GMT: { meant: "Europe/London", kind: "fixed" },
  EDT: { meant: "America/New_York", kind: "no-zone" },
  CST: { meant: "America/Chicago", kind: "no-zone" },
  CDT: { meant: "America/Chicago", kind: "no-zone" },
  MDT: { meant: "America/Denver", kind: "no-zone" },
  PST: { meant: "America/Los_Angeles", kind: "no-zone" },
  PDT: { meant: "America/Los_Angeles", kind: "no-zone" },
  BST: { meant: "Europe/London", kind: "no-zone" },
  CEST: { meant: "Europe/Berlin", kind: "no-zone" },
  EEST: { meant: "Europe/Helsinki", kind: "no-zone" },
  IST: { meant: "Asia/Kolkata", kind: "no-zone" },
  JST: { meant: "Asia/Tokyo", kind: "no-zone" },
  AEST: { meant: "Australia/Sydney", kind: "no-zone" },
  AEDT: { meant: "Australia/Sydney", kind: "no-zone" },
};

/** "5 h behind UTC" */
function away(hours: number): string {
  if (hours === 0) return "the same as UTC";
  return `${Math.abs(hours)} h ${hours < 0 ? "behind" : "ahead of"} UTC`;
}

function daysDiffering(zone: Zone, meant: Zone, year: number): number {
  let count = 0;
  for (let noon = midnightOf(year, 1, 1) + dayMs / 2; noon < midnightOf(year + 1, 1, 1); noon += dayMs) {
    if (offsetAt(zone, noon) !== offsetAt(meant, noon)) count++;
  }
  return count;
}

/** What is treacherous about a zone id, computed for a year; undefined when nothing is known to be. */
export function zoneTrap(id: string, year: number): ZoneTrap | undefined {
  const signed = /^Etc\/GMT([+-])(\d{1,2})$/.exec(id);
  if (signed !== null && isZone(id)) {
    const meant = `Etc/GMT${signed[1] === "+" ? "-" : "+"}${signed[2]}`;
    if (!isZone(meant) || signed[2] === "0") return undefined;
    const hours = offsetAt(id, midnightOf(year, 1, 1)) / hourMs;
    const why = `${id} is ${away(hours)}: the sign in these ids is the reverse of everyday use.`;
    return { kind: "reversed", zone: id, meant, daysDiffering: daysDiffering(id, meant, year), why };
  }
  const place = Object.hasOwn(places, id) ? places[id] : undefined;
  if (place === undefined) return undefined;
  const { meant, kind } = place;
  if (kind === "no-zone" || !isZone(id)) {
    const why = `${id} is an abbreviation, not a zone of the IANA database, and does not follow clock changes.`;
    return { kind: "no-zone", zone: id, meant, why };
  }
  const hours = offsetAt(id, midnightOf(year, 1, 1)) / hourMs;
  const why =
    kind === "fixed"
      ? `${id} is ${away(hours)} all year and never changes its clocks.`
      : `${id} names no place: whose clock changes it follows depends on the release of the zone database.`;
  return { kind, zone: id, meant, daysDiffering: daysDiffering(id, meant, year), why };
}
