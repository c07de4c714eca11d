const moment = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since 1970 of a day's start in UTC (`2026-04-22`), or of a moment with its offset (`2026-04-22T09:00:00Z`). */
export const parseMoment = (raw: string): number | undefined => {
  const day = moment.exec(raw)?.[1];
  if (day === undefined) return undefined;
  const start = Date.parse(day);
  // JavaScript takes 30 February for 2 March.
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== day) return undefined;
  const at = Date.parse(raw);
  return Number.isNaN(at) ? undefined : at;
};
