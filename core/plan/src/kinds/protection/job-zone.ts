import { type Schedule, type Zone, type ZonedEvent, zonedEvent } from "@orrery/model";
import { valueIn } from "@orrery/state";
import type { ObjectRef } from "../../compare/object.ts";
import type { Declaring } from "../kind.ts";

const declaredZone = ({ inventory }: Pick<Declaring, "inventory">, node: string): Zone | undefined =>
  inventory.lab.cluster.nodes[node]?.timezone;

/** The clocks that are set before a schedule means what it says. */
export const clocksOf = (declaring: Declaring): ObjectRef[] =>
  Object.keys(declaring.state.nodes)
    .filter((node) => declaredZone(declaring, node) !== undefined)
    .map((id) => ({ kind: "node time", id }));

/** A schedule as the nodes' schedulers take it, which read it by the nodes' own clocks: as those are declared, else as they are. */
export const nodesEvent = (schedule: Schedule, declaring: Pick<Declaring, "inventory" | "state">): ZonedEvent => {
  const { nodes, at } = declaring.state;
  const zones = new Set<Zone>();
  for (const { name, time } of Object.values(nodes)) {
    const zone = declaredZone(declaring, name) ?? valueIn(time)?.timezone;
    if (zone === undefined)
      return {
        kind: "open",
        why: `the nodes read schedules by their own clocks, and the time zone of ${name} is not known`,
      };
    zones.add(zone);
  }
  return zonedEvent(schedule, [...zones], at);
};
