import { z } from "zod";
import { claims } from "./claims.ts";
import { localName, procedureId, text } from "./names.ts";
import { duration } from "./quantity.ts";
import { schedule } from "./schedule.ts";
import { measurable } from "./unknown.ts";

/** What a procedure does, where the model can work out how long that takes. */
export const procedureWork = z.enum([
  /** Drain, update and reboot every node, one after another. */
  "rolling node update",
  "template rebuild",
  "health check",
  "other",
]);

export const procedure = z.strictObject({
  id: procedureId,
  title: text,
  does: procedureWork,
  frequency: schedule.optional(),
  role: text,
  /** The maintenance window that it runs in; left out where it needs none. */
  window: localName.optional(),
  document: text,
  /** Where `does` does not tell. */
  duration: measurable(duration).optional(),
});
export type Procedure = z.output<typeof procedure>;

/** The procedures that the lab has, with their cadence; responses and recoveries are declared here too, once somebody has written them. */
export const maintenance = z.strictObject({ procedures: z.array(procedure), claims });
export type Maintenance = z.output<typeof maintenance>;
