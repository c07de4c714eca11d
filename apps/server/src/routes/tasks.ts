import { PveError } from "@orrery/contract";
import type { TaskState } from "@orrery/state";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { flag, isOneOf, paged, pageOf, paging, several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterOf, clusterPath, stateOf } from "./of-cluster.ts";

const outcomes = ["running", "ok", "warnings", "failed"] as const;
type Outcome = (typeof outcomes)[number];

const task = named(
  "Task",
  z.strictObject({
    upid: z.string(),
    node: z.string(),
    type: z.string(),
    id: z.string().describe("the guest or storage that it is about; empty where there is none"),
    user: z.string(),
    started: z.number().describe("epoch milliseconds"),
    ended: z.number().optional().describe("epoch milliseconds; left out while it runs"),
    outcome: z.enum(outcomes),
    status: z.string().optional().describe("as Proxmox says it: OK, WARNINGS: 1, or the error"),
  }),
);

/** Mirrors PVE::Tools' upid_status_is_error: warnings are no failure. */
const outcomeOf = ({ end }: TaskState): Outcome => {
  if (end === undefined) return "running";
  if (end.status === "OK") return "ok";
  return /^WARNINGS: \d+$/.test(end.status) ? "warnings" : "failed";
};

const taskOf = (one: TaskState): z.input<typeof task> => {
  const { end, started, ...rest } = one;
  return {
    ...rest,
    started: started * 1000,
    outcome: outcomeOf(one),
    ...(end === undefined ? {} : { ended: end.at * 1000, status: end.status }),
  };
};

const text = z.string().max(200);

const list = jsonRoute({
  id: "listTasks",
  method: "GET",
  url: "/api/clusters/{cluster}/tasks",
  tag: "Tasks",
  summary: "the newest tasks of each node, the newest first",
  about: "Proxmox hands out the last 25 of each node here; older ones are not in this list.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query: z.strictObject({
    node: several(text),
    type: several(text),
    user: several(text),
    id: several(text),
    outcome: several(z.enum(outcomes)),
    running: flag.optional(),
    ...paging,
  }),
  reply: z.strictObject({ tasks: z.array(task), ...paged }),
  handle: (asked) => {
    const { tasks } = stateOf(asked);
    if (tasks.kind !== "observed")
      throw new Refusal("not-ready", `The tasks could not be read: ${tasks.why}.`, { retryAfter: 10 });
    const { node, type, user, id, outcome, running } = asked.query;
    const found = tasks.value
      .map(taskOf)
      .filter(
        (one) =>
          isOneOf(node, one.node) &&
          isOneOf(type, one.type) &&
          isOneOf(user, one.user) &&
          isOneOf(id, one.id) &&
          isOneOf(outcome, one.outcome) &&
          (running === undefined || (one.outcome === "running") === running),
      )
      .toSorted((one, other) => other.started - one.started || (one.upid < other.upid ? -1 : 1));
    const { items, ...page } = pageOf(found, asked.query);
    return { tasks: items, ...page };
  },
});

const log = jsonRoute({
  id: "getTaskLog",
  method: "GET",
  url: "/api/clusters/{cluster}/tasks/{upid}/log",
  tag: "Tasks",
  summary: "what a task wrote, its last 500 lines: read from the cluster now, and not kept",
  about: "Only of tasks that are listed.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath.extend({ upid: z.string().max(200) }),
  reply: z.strictObject({
    before: z.number().describe("lines before these"),
    lines: z.array(z.string()),
  }),
  handle: async (asked) => {
    const { tasks } = stateOf(asked);
    const { upid } = asked.path;
    const found = tasks.kind === "observed" ? tasks.value.find((one) => one.upid === upid) : undefined;
    if (found === undefined)
      throw new Refusal("not-found", "No task of that name is listed. A node lists its last 25.", {
        place: "path.upid",
      });
    const watch = clusterOf(asked).feed.watch?.();
    if (watch === undefined)
      throw new Refusal("not-ready", "Another server looks at this cluster: it alone can ask for the log.", {
        retryAfter: 10,
      });
    try {
      const { before, lines } = await watch.taskLog({ node: found.node, upid });
      return { before, lines: [...lines] };
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
      throw new Refusal("not-ready", `The log of the task could not be read: ${error.reason}.`, { retryAfter: 10 });
    }
  },
});

export const taskRoutes: readonly Route[] = [list, log];
