import { wakeHa } from "./ha-wake.ts";
import type { ActsFor } from "./outcome.ts";

export const haActs: ActsFor<"ha.request" | "ha.move"> = {
  "ha.request": (world, _task, { sid, state }) => {
    const resource = world.ha.resources[sid];
    if (!resource) return { fail: `no such resource '${sid}'` };
    resource.options.state = state;
    wakeHa(world);
    return undefined;
  },
  "ha.move": (world, _task, { sid, node }) => {
    const service = world.ha.services[sid];
    if (service) service.requested = { node, how: "migrate" };
    wakeHa(world);
    return undefined;
  },
};
