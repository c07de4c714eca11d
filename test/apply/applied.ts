import { type Applied, type ApplyOptions, applyPlan, memoryJournal } from "@orrery/apply";
import { everything, observe } from "@orrery/collect";
import tidyLab from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { type Plan, planFor } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import type { World } from "@orrery/twin-world";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";

type PoolInput = { readonly purpose?: string };

/** The tidy lab with these pools besides. */
export const labWith = (pools: Readonly<Record<string, PoolInput>>): Lab => {
  const parsed = parseLab({ ...tidyLab, pools: { items: { ...pools } } });
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return parsed.lab;
};

/** The twin of the tidy lab, without any pool. */
export const aWorld = (): World => worldOf(labWith({}));

export const planOn = async ({ clock, pve }: OverTwin, lab: Lab): Promise<Plan> => {
  const { state } = await clock.drive(observe(pve, clock, { scope: everything }));
  return planFor(lab, state, clock.now());
};

type Given = Partial<ApplyOptions> & { readonly plan: Plan };

export const applyOn = ({ clock, pve }: OverTwin, given: Given): Promise<Applied> =>
  clock.drive(applyPlan({ pve, clock, journal: memoryJournal(), principal: "root@pam", user: "root@pam", ...given }));

export const onTwin = (world: World): OverTwin => overTwin(world);
