import { wallClockAt } from "@orrery/model";

/** `Sun Nov 22 08:04:39 2026`, as Perl's localtime prints it. */
export const localtimeText = (at: number, zone: string): string => {
  const date = new Date(wallClockAt(zone, at));
  const text = date.toUTCString();
  const day = String(date.getUTCDate()).padStart(2, " ");
  return `${text.slice(0, 3)} ${text.slice(8, 11)} ${day} ${text.slice(17, 25)} ${date.getUTCFullYear()}`;
};
