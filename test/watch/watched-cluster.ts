import { setImmediate } from "node:timers/promises";
import type { Port } from "@orrery/collect";
import { type Clock, type PveVersion, proxmoxOver } from "@orrery/contract";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { clearFault, type FaultKind, fault, type Subject, VirtualClock, type World } from "@orrery/twin-world";
import { ClusterWatch, type Look, type WatchOptions } from "@orrery/watch";
import { onTestFinished } from "vitest";

export type WatchedCluster = {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly watch: ClusterWatch;
  /** The cluster past the watch. */
  readonly pve: Port;
  /** Every look there was. */
  readonly looks: Look[];
  readonly complaints: string[];
  /** Paths that were asked, without names, each with its moment. */
  readonly asked: { readonly path: string; readonly at: number }[];
  /** Lets the world's time go on. */
  readonly pass: (milliseconds: number) => Promise<void>;
  readonly last: () => Look;
  /** Puts a fault in, and gives what takes it out. */
  readonly befall: (subject: Subject, what: FaultKind) => () => void;
};

type Given = Partial<WatchOptions> & {
  /** What stands between the watch and the twin. */
  readonly through?: (pve: Port) => Port;
  /** The clock as the watch sees it. */
  readonly seenBy?: (clock: Clock) => Clock;
  /** Called with each attempt to connect; one that it throws at fails. */
  readonly connecting?: () => void;
};

/** A world that is watched in process and in its own time, until the test ends. */
export const watchedCluster = async (
  world: World,
  { through, connecting, seenBy, ...options }: Given = {},
): Promise<WatchedCluster> => {
  const clock = new VirtualClock(world, () => setImmediate());
  await clock.advance(world.now + 60_000);
  const transport = new InProcessTransport(twinOf(world, "a secret"), { clock, user: "root@pam" });
  const twin = proxmoxOver<PveVersion>(world.release, transport, clock);
  const pve = through?.(twin) ?? twin;
  const asked: WatchedCluster["asked"] = [];
  const complaints: string[] = [];
  const watch = new ClusterWatch({
    cluster: "lab",
    clock: seenBy?.(clock) ?? clock,
    connect: async () => {
      connecting?.();
      return {
        version: pve.version,
        request: (method, path, ...more) => {
          asked.push({ path, at: clock.now() });
          return pve.request(method, path, ...more);
        },
        close: () => Promise.resolve(),
      };
    },
    complain: (sentence, error) => complaints.push(`${sentence}: ${String(error)}`),
    ...options,
  });
  const looks: Look[] = [];
  watch.listen((look) => looks.push(look));
  watch.start();
  onTestFinished(async () => {
    await clock.drive(watch.stop());
  });
  return {
    world,
    clock,
    watch,
    pve: twin,
    looks,
    complaints,
    asked,
    pass: (milliseconds) => clock.advance(clock.now() + milliseconds),
    last: () => {
      const look = looks.at(-1);
      if (look === undefined) throw new Error("there was no look yet");
      return look;
    },
    befall: (subject, what) => {
      const made = fault(world, { subject, what, at: world.now });
      if ("refused" in made) throw new Error(made.refused);
      return () => clearFault(world, made.id);
    },
  };
};
