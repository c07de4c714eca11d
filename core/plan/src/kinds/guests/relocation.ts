import type { Step } from "../../plan/step.ts";
import { type Migration, migrateStep } from "./place-steps.ts";
import { startStep, stopStep } from "./run-steps.ts";

/** To another node: alive where it can be, else shut down before and started there; what HA looks after, by HA. */
export const relocateSteps = (migration: Migration & { readonly byRestart: boolean }): readonly Step[] => {
  const { standing, name, isRunning, target, because, byRestart } = migration;
  const { isKeptByHa, type, vmid } = standing;
  const step = migrateStep(migration);
  if (!byRestart || !isRunning || type === "lxc") return [step];
  if (isKeptByHa) {
    const parameters = { sid: `vm:${vmid}`, node: target };
    return [
      {
        ...step,
        calls: [{ method: "POST", path: "/cluster/ha/resources/{sid}/relocate", parameters, answers: "nothing" }],
        risk: "reboot",
      },
    ];
  }
  return [
    stopStep(standing, name, because),
    migrateStep({ ...migration, isRunning: false }),
    startStep({ ...standing, node: target }, name ?? String(vmid), "it was shut down to be moved"),
  ];
};
