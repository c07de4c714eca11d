const aliases = new Set([
  "minutely",
  "hourly",
  "daily",
  "weekly",
  "monthly",
  "yearly",
  "annually",
  "quarterly",
  "semiannually",
  "semi-annually",
]);
const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const dayOf = (word: string): number => {
  const lower = word.toLowerCase();
  if (lower.length < 2) return -1;
  return days.findIndex((day) => day === lower || day.slice(0, 3) === lower || day.slice(0, 2) === lower);
};

const weekdaysProblem = (word: string): string | undefined => {
  for (const part of word.split(",")) {
    const ends = part.split("..");
    if (ends.length > 2 || ends.some((end) => dayOf(end) < 0)) return `unable to parse weekday '${part}'`;
  }
  return undefined;
};

/** One field of a time or date: `*`, `5`, `1..5`, `0/15`, and lists of these. */
const fieldProblem = (field: string, least: number, most: number): string | undefined => {
  for (const part of field.split(",")) {
    const [spec = "", step, ...more] = part.split("/");
    if (more.length > 0) return "unexpected character";
    if (step !== undefined && (!/^\d+$/.test(step) || Number(step) === 0)) return "step";
    if (spec === "*") continue;
    const ends = spec.split("..");
    if (ends.length > 2 || ends.some((end) => !/^\d+$/.test(end))) return "unable to parse";
    if (ends.some((end) => Number(end) < least || Number(end) > most)) return "value out of range";
  }
  return undefined;
};

const timeProblem = (word: string): string | undefined => {
  const parts = word.split(":");
  if (parts.length > 3) return "unexpected character";
  const limits: readonly (readonly [number, number])[] =
    parts.length === 1
      ? [[0, 59]]
      : [
          [0, 23],
          [0, 59],
          [0, 59],
        ];
  for (const [index, part] of parts.entries()) {
    const [least, most] = limits[index] ?? [0, 59];
    const problem = fieldProblem(part, least, most);
    if (problem !== undefined) return problem === "unable to parse" ? `unable to parse '${word}'` : problem;
  }
  return undefined;
};

const dateProblem = (word: string): string | undefined => {
  const parts = word.split("-");
  const limits: readonly (readonly [number, number])[] = [
    [1970, 9999],
    [1, 12],
    [1, 31],
  ];
  const used = limits.slice(3 - parts.length);
  for (const [index, part] of parts.entries()) {
    const [least, most] = used[index] ?? [0, 0];
    const problem = fieldProblem(part, least, most);
    if (problem !== undefined) return problem === "unable to parse" ? `unable to parse '${word}'` : problem;
  }
  return undefined;
};

/** What is wrong with a calendar event in Proxmox's dialect (`mon..fri 02:30`, `*-*-01`, `daily`); undefined when nothing is. */
export const calendarEventProblem = (text: string): string | undefined => {
  const words = text.trim().split(/\s+/);
  const [first = ""] = words;
  if (first === "") return "event is empty";
  if (words.length === 1 && aliases.has(first.toLowerCase())) return undefined;
  let rest = words;
  if (/^[a-z]/i.test(first)) {
    if (dayOf(first.split(/\.\.|,/)[0] ?? "") < 0) return `unable to parse '${first}'`;
    const problem = weekdaysProblem(first);
    if (problem !== undefined) return problem;
    rest = words.slice(1);
  }
  const [second] = rest;
  if (second !== undefined && /^[^:]*-[^:]*$/.test(second)) {
    const problem = dateProblem(second);
    if (problem !== undefined) return problem;
    rest = rest.slice(1);
  }
  const [third, extra] = rest;
  if (third !== undefined) {
    const problem = timeProblem(third);
    if (problem !== undefined) return problem;
  }
  // A row of stars, as cron would have it, passes.
  if (extra !== undefined && !rest.every((word) => word === "*") && !/^[A-Za-z_]+(?:\/[A-Za-z_]+)?$/.test(extra))
    return `unable to parse '${extra}'`;
  return undefined;
};
