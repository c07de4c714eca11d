import type { Clock, PveVersion } from "@orrery/contract";
import { type PveClient, systemClock } from "@orrery/pve";
import type { WatchOptions } from "@orrery/watch";

/** A twin's time: what it showed at this moment, going on so many times as fast as ours. */
const goingOn = (shown: number, speed: number): Clock => {
  const began = systemClock.monotonic();
  const passed = (): number => Math.floor((systemClock.monotonic() - began) * speed);
  return {
    now: () => shown + passed(),
    monotonic: passed,
    sleep: (milliseconds, abort) => systemClock.sleep(milliseconds / speed, abort),
  };
};

/** The clock of a twin that runs faster than real time, by what its nodes show, which is whole seconds. */
export const worldClockOf = async (pve: PveClient<PveVersion>, speed: number): Promise<Clock> => {
  const nodes = await pve.get("/nodes");
  const node = nodes.find(({ status }) => status === "online")?.node;
  if (node === undefined) throw new Error("No node of the twin is online, so its time cannot be asked.");
  await pve.get("/nodes/{node}/time", { node });
  // The first answer was slow for all that was made for it; this one is a good guess.
  const asked = systemClock.monotonic();
  const { time } = await pve.get("/nodes/{node}/time", { node });
  const underWay = (systemClock.monotonic() - asked) / 2;
  return goingOn(Number(time) * 1000 + 500 + Math.floor(underWay * speed), speed);
};

/**
 * How a cluster is watched whose time runs so many times as fast: at its own pace as long as that is not above once a
 * second, and with as much patience as any other.
 */
export const paceAt = (speed: number): Pick<WatchOptions, "speed" | "withinMs" | "hurry"> =>
  speed <= 1 ? {} : { speed: Math.min(1, 10 / speed), withinMs: 8000 * speed, hurry: speed };
