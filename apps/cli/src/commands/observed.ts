import { type Observation, observe, type Scope } from "@orrery/collect";
import { type PveVersion, proxmoxOver } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { systemClock } from "@orrery/pve";
import type { ClusterState } from "@orrery/state";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { worldOf } from "@orrery/twin-lab";
import { VirtualClock } from "@orrery/twin-world";
import { askerOf, type ConnectionArguments, connectByRelease, pveFailure } from "./connection.ts";

/** What a cluster is now, over its API. */
export const observeCluster = async (options: ConnectionArguments, scope: Scope): Promise<ClusterState> => {
  const { pve } = await connectByRelease(options, process.env);
  try {
    return (await observe(pve, systemClock, { scope })).state;
  } catch (error) {
    throw pveFailure(error, askerOf(options));
  } finally {
    await pve.close();
  }
};

/** Every twin of a lab begins at the same moment, so that the same lab gives the same answer: a Sunday, with no backup under way. */
const noon = Date.UTC(2026, 10, 22, 12);

/** What the twin of a lab is in its first moment, over the same API. */
export const observeTwin = async (lab: Lab, scope: Scope): Promise<ClusterState> => {
  const world = worldOf(lab, { seed: 1, now: noon });
  const clock = new VirtualClock(world, () => Promise.resolve());
  const transport = new InProcessTransport(twinOf(world, "in process"), { clock, user: "root@pam" });
  const pve = proxmoxOver<PveVersion>(world.release, transport, clock);
  const observation: Observation = await clock.drive(observe(pve, clock, { scope }));
  return observation.state;
};
