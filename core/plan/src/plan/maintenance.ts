import { isUnknown, type Lab, nextWindow, recurrenceOf, windowAt } from "@orrery/model";
import type { Instant } from "@orrery/state";
import type { MaintenanceWindow } from "./plan.ts";
import { type Risk, risks } from "./step.ts";

/** So many of each are told: a plan that waited longer is made anew. */
const ahead = 12;

/** The declared windows by their moments: those that are open, and the next that open. */
export const windowsOf = ({ service }: Lab, at: Instant): MaintenanceWindow[] =>
  service.hours.maintenance
    .flatMap(({ id, schedule, duration }) => {
      const recurrence = recurrenceOf(schedule);
      if (isUnknown(recurrence)) return [];
      const found: MaintenanceWindow[] = [];
      let next = windowAt({ recurrence, duration }, at) ?? nextWindow({ recurrence, duration }, at);
      for (; next !== undefined && found.length < ahead; next = nextWindow({ recurrence, duration }, next.start))
        found.push({ id, start: next.start, end: next.end });
      return found;
    })
    .toSorted((one, other) => one.start - other.start);

/** The window that is open at a moment; of several, the one that closes last. */
export const openWindow = (windows: readonly MaintenanceWindow[], at: Instant): MaintenanceWindow | undefined =>
  windows.filter(({ start, end }) => start <= at && at < end).toSorted((one, other) => other.end - one.end)[0];

/** The window that opens next. */
export const nextOpening = (windows: readonly MaintenanceWindow[], after: Instant): MaintenanceWindow | undefined =>
  windows.filter(({ start }) => start > after).toSorted((one, other) => one.start - other.start)[0];

/** Whether a risk is greater than another. */
export const isAbove = (risk: Risk, limit: Risk): boolean => risks.indexOf(risk) > risks.indexOf(limit);

/** Whether something of this risk is done in a window only. */
export const needsWindow = (risk: Risk): boolean => isAbove(risk, "hot");
