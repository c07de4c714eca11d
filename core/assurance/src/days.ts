const day = 86_400_000;

/** Whole days from one calendar date to another, both `YYYY-MM-DD`; negative where the first is the later. */
export const daysFrom = (date: string, to: string): number => Math.round((Date.parse(to) - Date.parse(date)) / day);

/** `2025-04-01 is 601 days before 2026-11-23`. */
export const agoText = (date: string, today: string): string => {
  const days = daysFrom(date, today);
  return days === 0 ? `${date} is today` : `${date} is ${days} ${days === 1 ? "day" : "days"} before ${today}`;
};
