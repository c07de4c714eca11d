import type { Sample } from "@orrery/alerting";
import { isUnknown, type Lab, recurrenceOf, windowAt } from "@orrery/model";

/** The maintenance windows of a lab by their names, and whether each is open. */
export const windowsAt = (lab: Lab | undefined, at: number): ReadonlyMap<string, boolean> =>
  new Map(
    (lab?.service.hours.maintenance ?? []).map(({ id, schedule, duration }) => {
      const recurrence = recurrenceOf(schedule);
      return [id, !isUnknown(recurrence) && windowAt({ recurrence, duration }, at) !== undefined];
    }),
  );

export const openIn = (windows: ReadonlyMap<string, boolean>): readonly string[] =>
  [...windows].flatMap(([id, isOpen]) => (isOpen ? [id] : []));

/** As they are measured. */
export const windowSamples = (windows: ReadonlyMap<string, boolean>): readonly Sample[] =>
  [...windows].map(([window, isOpen]) => ({
    metric: "orrery_maintenance_window_open",
    labels: { window },
    value: isOpen ? 1 : 0,
  }));
