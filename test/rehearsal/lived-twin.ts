import astronomy from "@orrery/example-astronomy-lab";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { worldOf } from "@orrery/twin-lab";
import { advanceTo, type World } from "@orrery/twin-world";

const parsed = (raw: unknown): Lab => {
  const lab = parseLab(raw);
  if (lab.kind === "problems") throw new Error("An example lab has problems.");
  return lab.lab;
};

export const tidyLab = (): Lab => parsed(tidy);
export const astronomyLab = (): Lab => parsed(astronomy);

const morning = Date.UTC(2026, 10, 22, 8);
const day = 86_400_000;

/** The twin of a lab after some days of its life: HA at work, backups made. */
export const livedTwin = (lab: Lab, { at = morning, days = 2, seed = 1 } = {}): World => {
  const world = worldOf(lab, { now: at - days * day, seed });
  advanceTo(world, at);
  return world;
};
