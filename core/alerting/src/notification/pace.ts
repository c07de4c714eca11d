import type { Seconds } from "@orrery/model";

/** How alerts are gathered before somebody is told, and how often he is told again. */
export type Pace = {
  /** Alerts that agree on these labels are told of together. */
  readonly groupBy: readonly string[];
  /** From a group's first alert until it is told of. */
  readonly groupWait: Seconds;
  /** From one notification of a group until the next that says something new. */
  readonly groupInterval: Seconds;
  /** Until the next that says nothing new. */
  readonly repeat: Seconds;
};

export const pace: Pace = {
  groupBy: ["alertname", "severity"],
  groupWait: 30,
  groupInterval: 300,
  repeat: 4 * 3_600,
};
