import { refName } from "../../compare/object.ts";
import type { ObjectKind } from "../../compare/object-kind.ts";
import type { Step } from "../../plan/step.ts";
import { guestCall, nameOf, nounOf, present } from "./planned.ts";
import { stopStep } from "./run-steps.ts";
import type { SeenGuest } from "./seen.ts";

/** Removes a guest or a template that is declared no more, with its disks and its places in jobs and HA. */
export const removalSteps = (seen: SeenGuest, kind: ObjectKind): Step[] => {
  const consent = refName({ kind, id: String(seen.vmid) });
  const because = "it bears the mark of the declaration and is declared no more";
  const remove: Step = {
    verb: "remove",
    title: `Remove the ${kind === "template" ? "template" : nounOf(seen.type)} ${nameOf(seen.name, seen.vmid)} and its disks`,
    because,
    // Volumes that only look like its own stay: nobody has said that they are.
    calls: [guestCall("DELETE", seen, "", { purge: 1, "destroy-unreferenced-disks": 0, answers: "task" })],
    from: present(seen.isTemplate ? {} : { status: "stopped" }),
    expects: { kind: "absent" },
    risk: "data loss",
    principal: "token",
    consent,
    node: seen.node,
  };
  return seen.isRunning ? [{ ...stopStep(seen, seen.name, because), consent }, remove] : [remove];
};
