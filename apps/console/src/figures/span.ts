const units = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
] as const;

/** `4 s`, `12 min`, `3 h 20 min`, `6 d 4 h`: the two largest units, the second only where it adds something. */
export const span = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const index = units.findIndex(([size]) => seconds >= size);
  const [first, second] = [units[index], units[index + 1]];
  if (first === undefined) return "0 s";
  const whole = Math.floor(seconds / first[0]);
  const text = `${whole} ${first[1]}`;
  if (second === undefined || whole >= 10) return text;
  const rest = Math.floor((seconds % first[0]) / second[0]);
  return rest === 0 ? text : `${text} ${rest} ${second[1]}`;
};
