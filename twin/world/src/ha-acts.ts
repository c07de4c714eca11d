import type { ActsFor } from "./outcome.ts";

export const haActs: ActsFor<"ha.request"> = {
  "ha.request": (world, _task, { sid, state }) => {
    const resource = world.ha.resources[sid];
    if (!resource) return { fail: `no such resource '${sid}'` };
    resource.options.state = state;
    return undefined;
  },
};
