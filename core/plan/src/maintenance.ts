import { type Interval, isUnknown, nextWindow, recurrenceOf, windowAt } from "@orrery/model";
import type { Instant } from "@orrery/state";
import type { MaintenanceWindow } from "./plan.ts";
import { type Risk, risks } from "./step.ts";

/** A window that is open, or the next that opens. */
export type Opening = Interval & { readonly id: string };

const openings = (
  windows: readonly MaintenanceWindow[],
  find: (window: Parameters<typeof windowAt>[0]) => Interval | undefined,
): Opening[] =>
  windows.flatMap(({ id, schedule, seconds }) => {
    const recurrence = recurrenceOf(schedule);
    if (isUnknown(recurrence)) return [];
    const found = find({ recurrence, duration: seconds });
    return found === undefined ? [] : [{ ...found, id }];
  });

/** The window that is open at a moment; of several, the one that closes last. */
export const openWindow = (windows: readonly MaintenanceWindow[], at: Instant): Opening | undefined =>
  openings(windows, (window) => windowAt(window, at)).toSorted((one, other) => other.end - one.end)[0];

/** The window that opens next. */
export const nextOpening = (windows: readonly MaintenanceWindow[], after: Instant): Opening | undefined =>
  openings(windows, (window) => nextWindow(window, after)).toSorted((one, other) => one.start - other.start)[0];

/** Whether a risk is greater than another. */
export const isAbove = (risk: Risk, limit: Risk): boolean => risks.indexOf(risk) > risks.indexOf(limit);

/** Whether something of this risk is done in a window only. */
export const needsWindow = (risk: Risk): boolean => isAbove(risk, "hot");
