import { cadenceDays, isUnknown, longestInterval, type Path, recurrenceOf, type Schedule } from "@orrery/model";
import { agoText, daysFrom } from "../days.ts";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { count } from "../words.ts";

/** The longest time between two reviews in days, or why it cannot be told. */
const longestPeriod = (cadence: Schedule, { at }: Context): number | string => {
  if (cadence.every !== "calendar") return Math.ceil(cadenceDays(cadence));
  const recurrence = recurrenceOf(cadence);
  if (isUnknown(recurrence)) return recurrence.why;
  const year = 366 * 86_400_000;
  const longest = longestInterval(recurrence, at - 2 * year, at + 2 * year);
  return longest === undefined
    ? `"${cadence.event}" comes less than twice in four years`
    : Math.ceil(longest.seconds / 86_400);
};

export const reviewOverdue: Rule = {
  id: "controls/review-overdue",
  chapter: "controls",
  severity: "warning",
  title: "Every review was done within its cadence",
  why: "A control that nobody looks at fails unseen; the claimed cadence is what an auditor asks the records for.",
  how: "The day of the last review plus the longest period of its cadence (31 days for a month, 92 for a quarter) must not be before the day of the check; a day after it is no record. A review that was never recorded stays unproven.",
  remedy: "Do the review and record the day.",
  *check(context): Generator<Draft> {
    const { lab, today } = context;
    for (const [index, review] of lab.controls.reviews.entries()) {
      const period = longestPeriod(review.cadence, context);
      const base = {
        subject: review.what,
        path: ["controls", "reviews", index, "lastDone"] as Path,
        claim: `${review.what}: ${review.verification}`,
      };
      if (isUnknown(review.lastDone)) {
        yield {
          ...base,
          verdict: "unproven",
          why: `Due ${typeof period === "string" ? "at its cadence" : `every ${count(period, "day")} at the latest`}; when it was last done is unknown: ${review.lastDone.why}.`,
          remedy: "Record the day of the last review; if there was none, do it.",
        };
        continue;
      }
      const age = daysFrom(review.lastDone, today);
      if (age < 0) {
        yield {
          ...base,
          why: `${review.lastDone} is after ${today}: that review has not been done yet.`,
          remedy: "Record the day on which it was last done.",
        };
      } else if (typeof period === "string") {
        yield {
          ...base,
          verdict: "unproven",
          why: `How often it is due cannot be told: ${period}.`,
          remedy: "Give the cadence.",
        };
      } else if (age > period) {
        yield {
          ...base,
          why: `${agoText(review.lastDone, today)}; ${age} > ${period} days, the longest that its cadence allows.`,
          remedy: "Do the review and record the day.",
        };
      }
    }
  },
};
