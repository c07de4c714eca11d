import { type Schedule, type Zone, type ZonedEvent, zonedEvent } from "@orrery/model";
import { type ClusterState, valueIn } from "@orrery/state";

/** A schedule as the nodes' schedulers take it, which read it by the nodes' own clocks. */
export const nodesEvent = (schedule: Schedule, { nodes, at }: ClusterState): ZonedEvent => {
  const zones = new Set<Zone>();
  for (const { name, time } of Object.values(nodes)) {
    const zone = valueIn(time)?.timezone;
    if (zone === undefined)
      return {
        kind: "open",
        why: `the nodes read schedules by their own clocks, and the time zone of ${name} is not known`,
      };
    zones.add(zone);
  }
  return zonedEvent(schedule, [...zones], at);
};
