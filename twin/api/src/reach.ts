import type { World } from "@orrery/twin-world";
import { fail, Problem } from "./problem.ts";

/** Milliseconds for which neighbours still send frames to a dead node before they find no route to it. */
const neighbourTimeout = 20_000;

const unreachable = (reason: string): never => {
  throw new Problem(595, reason, undefined, true);
};

/** The node that a call is for, as the proxy of the asked node reaches it; refuses as the proxy does where it cannot. */
export const reach = (world: World, asked: string, wanted: string): string => {
  if (wanted === asked || wanted === "localhost") return asked;
  const node = world.nodes[wanted];
  const member = world.cluster.corosync?.members[wanted];
  if (node === undefined || member === undefined) {
    return fail(
      `hostname lookup '${wanted}' failed - failed to get address info for: ${wanted}: Temporary failure in name resolution`,
    );
  }
  const { state } = node;
  switch (state.kind) {
    case "online":
    case "stopping": {
      const together = world.cluster.partitions.some((names) => names.includes(asked) && names.includes(wanted));
      return together ? wanted : unreachable("Connection timed out");
    }
    case "booting":
      return unreachable("Connection refused");
    case "hung":
      return unreachable("Connection timed out");
    case "off":
      return unreachable(world.now - state.since < neighbourTimeout ? "Connection timed out" : "No route to host");
  }
};
