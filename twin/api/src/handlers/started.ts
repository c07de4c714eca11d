import type { Refused, Started, Step } from "@orrery/twin-world";
import { workOnNode } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { Problem, refuseParameters } from "../problem.ts";

/** The UPID of what was started; a refusal becomes the answer that it asks for. */
export const upidOfStarted = (outcome: Started | Refused): string => {
  if (outcome.kind === "started") return outcome.upid;
  if (outcome.parameter !== undefined) refuseParameters({ [outcome.parameter]: outcome.message });
  throw new Problem(outcome.status, `${outcome.message}\n`);
};

/** Starts a worker on the node that answers; its UPID. */
export const startWorker = (call: Call, type: string, id: string, steps: Step[], node = call.node): string =>
  upidOfStarted(workOnNode(call.world, { user: call.rights.name }, { node, type, id, steps }));
