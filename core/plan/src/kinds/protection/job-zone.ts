import { type Schedule, type Zone, type ZonedEvent, zonedEvent } from "@orrery/model";
import { valueIn } from "@orrery/state";
import type { Declaring } from "../../kind.ts";

/** A schedule as the nodes' schedulers take it, which read it by the nodes' own clocks: as they are declared to be set. */
export const nodesEvent = (
  schedule: Schedule,
  { inventory, state: { nodes, at } }: Pick<Declaring, "inventory" | "state">,
): ZonedEvent => {
  const declared = new Map<string, Zone | undefined>(
    [...inventory.nodes].map(([name, { timezone }]) => [name, timezone]),
  );
  const zones = new Set<Zone>();
  for (const { name, time } of Object.values(nodes)) {
    const zone = declared.get(name) ?? valueIn(time)?.timezone;
    if (zone === undefined)
      return {
        kind: "open",
        why: `the nodes read schedules by their own clocks, and the time zone of ${name} is not known`,
      };
    zones.add(zone);
  }
  return zonedEvent(schedule, [...zones], at);
};
