const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** An instant in full, with the zone. */
export const wholeMoment = (at: number): string => whole.format(at);
