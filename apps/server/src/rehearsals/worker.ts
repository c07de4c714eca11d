import { parentPort, workerData } from "node:worker_threads";
import { rehearsables } from "@orrery/procedures";
import { assumptionsOf, worldOf } from "@orrery/twin-lab";
import { parseFault } from "@orrery/twin-server";
import { type AskedFault, advanceTo } from "@orrery/twin-world";
import { rehearse } from "@orrery/workflow";
import type { RehearsalQuestion, RehearsalReply } from "./rehearsal.ts";

/** The thread that rehearses: one question, one reply, and it ends. */

/** The managers of HA are at work in a world after a round or two; what fails, fails after them. */
const soonMs = 60_000;

const replyTo = async (question: RehearsalQuestion): Promise<RehearsalReply> => {
  const { asked, state, lab } = question;
  const world = worldOf(state, { seed: asked.seed });
  advanceTo(world, world.now + soonMs);
  const faults: AskedFault[] = [];
  for (const sentence of asked.faults) {
    const read = parseFault(sentence);
    if ("problem" in read) return { kind: "refused", why: `${sentence}: ${read.problem}` };
    faults.push({ ...read, at: world.now + soonMs });
  }
  const { what, nodes, reboot, bringBack, stop } = asked;
  const detection = lab?.service.detection;
  const scripted = rehearsables[what].script(nodes, {
    world,
    lab,
    faults,
    detectionMs: typeof detection === "number" ? Math.round(detection * 1000) : undefined,
    options: { reboot, bringBack, stop },
  });
  if (scripted.kind === "misasked") return { kind: "refused", why: scripted.why };
  const { script } = scripted;
  const rehearsal = await rehearse({ world, script, faults, seed: asked.seed, ...(lab === undefined ? {} : { lab }) });
  return { kind: "rehearsed", rehearsal, assumptions: assumptionsOf(state).length };
};

// What this process itself put there.
parentPort?.postMessage(await replyTo(workerData as RehearsalQuestion));
