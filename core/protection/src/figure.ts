import { formatSeconds, type Seconds, type Unknown } from "@orrery/model";

/** How long something takes or may be old: as far as the declaration tells. */
export type Figure =
  | { readonly kind: "known"; readonly seconds: Seconds; readonly arithmetic: string }
  /** Something that it depends on is unknown, or known only as a range. */
  | {
      readonly kind: "at least";
      readonly seconds: Seconds;
      /** More than `seconds`: what is unknown takes time, however little. */
      readonly strictly: boolean;
      /** The most that it can be, where that can be said. */
      readonly atMost?: Seconds;
      readonly missing: readonly string[];
      readonly arithmetic: string;
    }
  /** There is no such figure: nothing to recover from. */
  | { readonly kind: "none"; readonly why: string }
  | { readonly kind: "unknown"; readonly missing: readonly string[] };

/** A stretch of time that may be known, known within bounds, or not at all. */
export type Span = {
  readonly least: Seconds;
  /** Left out where nothing bounds it. */
  readonly most?: Seconds;
  /** The unknowns' own words. */
  readonly missing: readonly string[];
};

export const exactly = (seconds: Seconds): Span => ({ least: seconds, most: seconds, missing: [] });
export const unknownSpan = (why: string): Span => ({ least: 0, missing: [why] });
export const spanOf = (value: Seconds | Unknown): Span =>
  typeof value === "number" ? exactly(value) : unknownSpan(value.why);
const isExact = (span: Span): boolean => span.most === span.least;

/** `90 min`, `25 h`, `168 h`: hours up to three weeks, as objectives and schedules count. */
export const elapsed = (seconds: Seconds): string => {
  if (seconds >= 5_400 && seconds < 1_814_400) return `${Number((seconds / 3_600).toFixed(1))} h`;
  return formatSeconds(seconds);
};

export type Term = { readonly label: string; readonly span: Span };

const termText = ({ label, span }: Term): string => {
  if (isExact(span)) return `${elapsed(span.least)} ${label}`;
  if (span.most !== undefined) return `${elapsed(span.least)} to ${elapsed(span.most)} ${label}`;
  return span.least > 0 ? `at least ${elapsed(span.least)} ${label}` : `${label} (unknown)`;
};

/** Each once, in the order in which they were met. */
export const distinct = (words: Iterable<string>): readonly string[] => [...new Set(words)];

/** Terms that follow one another: `24 h between runs + 1 h run = 25 h`. Terms of no length are left out. */
export const sumOf = (terms: readonly Term[]): Figure => {
  const shown = terms.filter(({ span }) => span.most !== 0);
  const least = shown.reduce((sum, { span }) => sum + span.least, 0);
  const most = shown.reduce<number | undefined>(
    (sum, { span }) => (sum === undefined || span.most === undefined ? undefined : sum + span.most),
    0,
  );
  const sum = shown.map(termText).join(" + ") || "0 s";
  if (most === least) {
    const total = shown.length > 1 ? ` = ${elapsed(least)}` : "";
    return { kind: "known", seconds: least, arithmetic: `${sum}${total}` };
  }
  return {
    kind: "at least",
    seconds: least,
    strictly: shown.some(({ span }) => span.least === 0 && span.most === undefined),
    ...(most === undefined ? {} : { atMost: most }),
    missing: distinct(shown.flatMap(({ span }) => span.missing)),
    arithmetic: sum,
  };
};

/** The same, beginning only after a wait of known length: `63 h until somebody is on duty, then 10 min detection + …`. */
export const delayed = (wait: Seconds, label: string, figure: Figure): Figure => {
  switch (figure.kind) {
    case "known":
    case "at least":
      return {
        ...figure,
        seconds: figure.seconds + wait,
        ...(figure.kind === "at least" && figure.atMost !== undefined ? { atMost: figure.atMost + wait } : {}),
        arithmetic: `${elapsed(wait)} ${label}, then ${figure.arithmetic}`,
      };
    case "none":
      return figure;
    case "unknown":
      return {
        kind: "at least",
        seconds: wait,
        strictly: true,
        missing: figure.missing,
        arithmetic: `${elapsed(wait)} ${label}`,
      };
  }
};

/** The same, beginning after a wait that nobody knows, which may be none. */
export const heldUp = (why: string, figure: Figure): Figure => {
  switch (figure.kind) {
    case "known":
      return {
        kind: "at least",
        seconds: figure.seconds,
        strictly: false,
        missing: [why],
        arithmetic: figure.arithmetic,
      };
    case "at least": {
      const { atMost: _, ...rest } = figure;
      return { ...rest, missing: [...figure.missing, why] };
    }
    case "unknown":
      return { ...figure, missing: [...figure.missing, why] };
    case "none":
      return figure;
  }
};

/** How a figure stands against a number that it must not exceed. */
export const against = (figure: Figure, objective: Seconds): "met" | "missed" | "unproven" => {
  switch (figure.kind) {
    case "known":
      return figure.seconds <= objective ? "met" : "missed";
    case "at least":
      if (figure.seconds > objective || (figure.strictly && figure.seconds >= objective)) return "missed";
      return figure.atMost !== undefined && figure.atMost <= objective ? "met" : "unproven";
    case "none":
      return "missed";
    case "unknown":
      return "unproven";
  }
};

/** `25 h`, `more than 24 h`, `at least 12 h`; undefined where there is no number. */
export const figureText = (figure: Figure): string | undefined => {
  switch (figure.kind) {
    case "known":
      return elapsed(figure.seconds);
    case "at least":
      if (figure.seconds === 0) return figure.atMost === undefined ? undefined : `at most ${elapsed(figure.atMost)}`;
      return `${figure.strictly ? "more than" : "at least"} ${elapsed(figure.seconds)}`;
    case "none":
      return "none";
    case "unknown":
      return undefined;
  }
};

/** The arithmetic, then what is unknown in it, each in its own words. */
export const explain = (figure: Figure): string => {
  switch (figure.kind) {
    case "known":
      return figure.arithmetic;
    case "at least":
      return figure.missing.length === 0
        ? figure.arithmetic
        : `${figure.arithmetic}; unknown: ${figure.missing.join("; ")}`;
    case "none":
      return figure.why;
    case "unknown":
      return `unknown: ${figure.missing.join("; ")}`;
  }
};

/**
 * A figure beside its objective: `24 h between runs + 1 h run = 25 h > 24 h`, then what is unknown in it, in the
 * unknowns' own words. Without a full stop.
 */
export const compared = (figure: Figure, objective: Seconds): string => {
  if (figure.kind === "none" || figure.kind === "unknown") return explain(figure);
  const verdict = against(figure, objective);
  const unknown =
    figure.kind === "at least" && figure.missing.length > 0 ? `. Unknown: ${figure.missing.join("; ")}` : "";
  const most = figure.kind === "at least" && figure.atMost !== undefined ? `, at most ${elapsed(figure.atMost)},` : "";
  const limit = elapsed(objective);
  switch (verdict) {
    case "met":
      return `${figure.arithmetic} <= ${limit}${unknown}`;
    case "missed":
      return figure.seconds <= objective
        ? `${figure.arithmetic} > ${limit}, as what is unknown takes time${unknown}`
        : `${figure.arithmetic} > ${limit}${unknown}`;
    case "unproven":
      return `${figure.arithmetic}${most} is not shown to be within ${limit}${unknown}`;
  }
};

const rank = (figure: Figure): number => {
  switch (figure.kind) {
    case "none":
      return Number.POSITIVE_INFINITY;
    case "known":
      return figure.seconds;
    case "at least":
      return figure.seconds + (figure.strictly ? 0.5 : 0);
    case "unknown":
      return -1;
  }
};

/** The worse of two: none before any number, a number before one that is unknown. */
export const worseOf = (a: Figure, b: Figure): Figure => (rank(b) > rank(a) ? b : a);
