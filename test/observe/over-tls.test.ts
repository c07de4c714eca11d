import { observe, observeAgain } from "@orrery/collect";
import tidyLab from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { connectPve, systemClock } from "@orrery/pve";
import { valueIn } from "@orrery/state";
import { worldOf } from "@orrery/twin-lab";
import { startTwin } from "@orrery/twin-server";
import { forkWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { differencesOf } from "./deliberate.ts";
import { observeTwin, overTwin } from "./observed-twin.ts";

test("over TLS the same is observed as in process, and the second look is as cheap", async () => {
  const parsed = parseLab(tidyLab);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  const world = worldOf(parsed.lab);
  const twin = await startTwin({ world, speed: 1, tokens: { "root@pam!reader": "a-secret" } });
  const inProcess = await observeTwin(overTwin(forkWorld(world)));
  const pve = connectPve({
    endpoints: [{ url: twin.url, trust: { kind: "fingerprint", sha256: twin.fingerprint } }],
    credentials: { kind: "token", id: "root@pam!reader", secret: "a-secret" },
  });
  try {
    const { state, requests } = await observe(pve, systemClock);
    expect(valueIn(state.membership)?.cluster?.name).toBe("tidy-lab");
    expect(differencesOf(inProcess.state, state)).toEqual([]);
    expect(requests).toBe(inProcess.requests);
    const again = await observeAgain(state, pve, systemClock);
    expect(again.requests).toBeLessThan(20);
  } finally {
    await pve.close();
    await twin.stop();
  }
});
