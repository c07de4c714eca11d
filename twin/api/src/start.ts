import { type Refused, type Started, type Step, startTask } from "@orrery/twin-world";
import type { Call } from "./call.ts";
import { fail, Problem, refuseParameters } from "./problem.ts";

/** The UPID of what an operation of the world has begun; its refusal is the API's. */
export const upidOrRefusal = (outcome: Started | Refused): string => {
  if (outcome.kind === "started") return outcome.upid;
  if (outcome.parameter !== undefined) return refuseParameters({ [outcome.parameter]: outcome.message });
  throw new Problem(outcome.status, outcome.message.endsWith("\n") ? outcome.message : `${outcome.message}\n`);
};

/** Starts a worker on the node that answers; its UPID. */
export const startWorker = (call: Call, type: string, id: string, steps: Step[]): string => {
  const node = call.world.nodes[call.node] ?? fail(`no such cluster node '${call.node}'`);
  return startTask(call.world, { node, type, id, user: call.rights.name, steps }).upid;
};
