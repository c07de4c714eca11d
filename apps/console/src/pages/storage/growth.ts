/** How something fills up: bytes a day, from so many days that were seen. */
export type Growth =
  | { readonly kind: "known"; readonly perDay: number; readonly seenDays: number }
  | { readonly kind: "unknown"; readonly why: string };

type Points = readonly (number | null)[];

const dayMs = 86_400_000;
/** Of less nothing can be said of the days to come: what nights do is not what days do. */
const leastDays = 1;
const leastPoints = 12;

/** The line that lies closest to all values. `stepMs` lies between one and the next. */
export const growthOf = (values: Points, stepMs: number): Growth => {
  const seen = values.flatMap((value, index) => (value === null ? [] : [{ at: (index * stepMs) / dayMs, value }]));
  const [first, last] = [seen.at(0), seen.at(-1)];
  const days = first === undefined || last === undefined ? 0 : last.at - first.at;
  if (seen.length < leastPoints || days < leastDays)
    return { kind: "unknown", why: "less than a day of it was measured" };
  const mean = (of: (one: { at: number; value: number }) => number): number =>
    seen.reduce((sum, one) => sum + of(one), 0) / seen.length;
  const [at, value] = [mean((one) => one.at), mean((one) => one.value)];
  const spread = mean((one) => (one.at - at) ** 2);
  const perDay = mean((one) => (one.at - at) * (one.value - value)) / spread;
  return { kind: "known", perDay, seenDays: days };
};

/** In how many days it is full if it goes on so; undefined of what does not grow. */
export const daysUntilFull = ({ perDay }: Growth & { readonly kind: "known" }, free: number): number | undefined =>
  perDay > 0 ? Math.max(0, free) / perDay : undefined;
