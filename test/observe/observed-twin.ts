import { setImmediate } from "node:timers/promises";
import { type Observation, type ObserveOptions, observe } from "@orrery/collect";
import { type Proxmox, type PveTransport, type PveVersion, proxmoxOver } from "@orrery/contract";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { VirtualClock, type World } from "@orrery/twin-world";

export type OverTwin = {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly pve: Proxmox<PveVersion>;
  /** The paths that were asked for. */
  readonly asked: string[];
  readonly send: PveTransport["send"];
};

/** The port over the twin of a world in this process. */
export const overTwin = (world: World, user = "root@pam"): OverTwin => {
  const clock = new VirtualClock(world, () => setImmediate());
  const transport = new InProcessTransport(twinOf(world, "a secret"), { clock, user });
  const asked: string[] = [];
  const send: PveTransport["send"] = (request) => {
    asked.push(`${request.method} ${request.path} ${JSON.stringify(request.params)}`);
    return transport.send(request);
  };
  return { world, clock, pve: proxmoxOver<PveVersion>(world.release, { send }, clock), asked, send };
};

export const observeTwin = ({ clock, pve }: OverTwin, options?: ObserveOptions): Promise<Observation> =>
  clock.drive(observe(pve, clock, options));
