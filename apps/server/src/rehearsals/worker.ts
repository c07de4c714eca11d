import { parentPort, workerData } from "node:worker_threads";
import { drainNodes } from "@orrery/procedures";
import { assumptionsOf, worldOf } from "@orrery/twin-lab";
import { parseFault } from "@orrery/twin-server";
import { type AskedFault, advanceTo } from "@orrery/twin-world";
import { rehearse, type Script } from "@orrery/workflow";
import type { RehearsalQuestion, RehearsalReply } from "./rehearsal.ts";

/** The thread that rehearses: one question, one reply, and it ends. */

/** The managers of HA are at work in a world after a round or two; what fails, fails after them. */
const soonMs = 60_000;
const hourMs = 3_600_000;

const scriptOf = (question: RehearsalQuestion): Script<unknown> => {
  const { what, nodes, reboot, bringBack } = question.asked;
  switch (what) {
    case "drain": {
      const declared = question.lab === undefined ? {} : { lab: question.lab };
      return (pve, clock, tell) => drainNodes(pve, clock, tell, { ...declared, nodes, reboot, bringBack });
    }
    case "nothing":
      return (_pve, clock) => clock.sleep(soonMs + hourMs);
  }
};

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
  const strange = asked.nodes.find((node) => world.nodes[node] === undefined);
  if (strange !== undefined) return { kind: "refused", why: `There is no node "${strange}" to drain.` };
  const script = scriptOf(question);
  const rehearsal = await rehearse({ world, script, faults, seed: asked.seed, ...(lab === undefined ? {} : { lab }) });
  return { kind: "rehearsed", rehearsal, assumptions: assumptionsOf(state).length };
};

// What this process itself put there.
parentPort?.postMessage(await replyTo(workerData as RehearsalQuestion));
