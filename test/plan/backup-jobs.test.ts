import astronomy from "@orrery/example-astronomy-lab";
import tidy from "@orrery/example-tidy-lab";
import { worldOf } from "@orrery/twin-lab";
import { expect, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";
import { labOf, planOf } from "./step-by-step.ts";

test("the twin of a declaration has the backup jobs that are declared", async () => {
  for (const input of [tidy, astronomy]) {
    const lab = labOf(input);
    const twin = overTwin(worldOf(lab));
    const { state } = await observeTwin(twin);
    const plan = planOf(lab, state, ["backup job"]);
    expect(plan.drift).toEqual([]);
    expect(plan.actions).toEqual([]);
    console.log(plan.undecided);
  }
});
