const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

const isSameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString();

/** An instant as the reader's own clock tells it: `14:05`, and the day where it is not today. */
export const moment = (at: number, now: number): string =>
  isSameDay(at, now) ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;

/** An instant in full, with the zone. */
export const wholeMoment = (at: number): string => whole.format(at);
