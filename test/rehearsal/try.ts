import { lookAt, type RecoveredGuest, recoverGuests } from "@orrery/procedures";
import type { FaultKind, Subject } from "@orrery/twin-world";
import { rehearse } from "@orrery/workflow";
import { astronomyLab, livedTwin, tidyLab } from "./lived-twin.ts";

const go = async (
  what: string,
  lab: ReturnType<typeof tidyLab>,
  fault: { subject: Subject; what: FaultKind },
  more: object,
) => {
  const world = livedTwin(lab, { days: 9 });
  const at = world.now + 60_000;
  const t = performance.now();
  const r = await rehearse({
    world,
    lab,
    faults: [{ ...fault, at }],
    until: world.now + 3 * 86400_000,
    script: async (pve, clock, tell) => {
      const before = await lookAt(pve, clock);
      await clock.sleep(60_000 + 600_000);
      return recoverGuests(pve, clock, tell, { before, ...more });
    },
  });
  console.log("==", what, (performance.now() - t).toFixed(0), "ms", r.requests, "requests");
  for (const h of r.timeline)
    if (h.kind === "outage" || h.kind === "action" || (h.kind === "task" && (h.end !== "OK" || h.type === "qmrestore")))
      console.log(((h.at - at) / 1000).toFixed(0), ((h.ms ?? -1) / 1000).toFixed(0), JSON.stringify(h).slice(0, 240));
  console.log(JSON.stringify(r.outcome).slice(0, 1500), JSON.stringify(r.objectives));
};
await go(
  "tidy db1",
  tidyLab(),
  { subject: { kind: "guest", vmid: 103 }, what: { kind: "loses-disks" } },
  { restore: [103] },
);
await go(
  "tidy pve2",
  tidyLab(),
  { subject: { kind: "node", node: "pve2" }, what: { kind: "loses-power" } },
  { off: ["pve2"] },
);
await go(
  "astro node01",
  astronomyLab(),
  { subject: { kind: "node", node: "node01" }, what: { kind: "loses-power" } },
  { off: ["node01"] },
);
