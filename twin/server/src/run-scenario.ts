import { type ApiAnswer, dispatch, loadMethods, newCsrfToken, newTicket, twinOf } from "@orrery/twin-api";
import { advanceTo, fault, nextEventAt, type World } from "@orrery/twin-world";
import type { ScenarioEvent } from "./scenario.ts";
import { type TaskTally, type TimelineEntry, Watcher } from "./watcher.ts";

export type ScenarioRun = {
  readonly from: number;
  readonly to: number;
  /** How many things happened by themselves. */
  readonly events: number;
  readonly timeline: readonly TimelineEntry[];
  /** All tasks of the run, by type and end. */
  readonly tasks: readonly TaskTally[];
};

const answerText = (answer: ApiAnswer): string => {
  if (answer.kind === "data") return typeof answer.data === "string" ? answer.data : "done";
  if (answer.kind === "file") return answer.name;
  return `${answer.status} ${answer.kind === "bare" ? answer.reason : answer.message.trim()}`;
};

/** Lets a world live for a span as fast as can be computed, with the faults and calls of a scenario; root makes the calls. */
export const runScenario = async (
  world: World,
  events: readonly ScenarioEvent[],
  forMs: number,
): Promise<ScenarioRun> => {
  await loadMethods();
  const twin = twinOf(world, "a run has no one to log in");
  const watcher = new Watcher(world);
  const from = world.now;
  const to = from + forMs;
  let happened = 0;
  const live = (until: number): void => {
    for (let next = nextEventAt(world); next !== undefined && next <= until; next = nextEventAt(world)) {
      happened += advanceTo(world, next);
      watcher.look();
    }
    advanceTo(world, until);
  };
  const call = ({ method, path, parameters }: Extract<ScenarioEvent, { kind: "call" }>): void => {
    const userid = "root@pam";
    const credentials = { kind: "ticket", ticket: newTicket(twin, userid), csrf: newCsrfToken(twin, userid) } as const;
    const node = Object.values(world.nodes).find(({ state }) => state.kind === "online")?.name ?? "";
    watcher.tell(
      "call",
      `${method} ${path}: ${answerText(dispatch(twin, { method, path, parameters, credentials, node }))}`,
    );
  };
  for (const event of events) {
    if (event.afterMs > forMs) break;
    live(from + event.afterMs);
    if (event.kind === "call") call(event);
    else {
      const until = event.forMs === undefined ? {} : { until: world.now + event.forMs };
      const made = fault(world, { ...event.fault, at: world.now, ...until });
      if ("refused" in made) watcher.tell("fault", made.refused);
    }
    watcher.look();
  }
  live(to);
  watcher.look();
  return { from, to, events: happened, timeline: watcher.entries, tasks: watcher.tallies };
};
