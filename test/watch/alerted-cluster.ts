import { type Alert, alertsOf, quietOf } from "@orrery/alerting";
import type { Port } from "@orrery/collect";
import { type PveVersion, proxmoxOver } from "@orrery/contract";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { worldOf } from "@orrery/twin-lab";
import type { World } from "@orrery/twin-world";
import {
  type AlertMemory,
  AlertWatch,
  type AlertWatchOptions,
  memoryAlertMemory,
  openIn,
  windowsAt,
} from "@orrery/watch";
import { type WatchedCluster, watchedCluster } from "./watched-cluster.ts";

export const labFrom = (input: unknown): Lab => {
  const parsed = parseLab(input);
  if (parsed.kind === "problems") throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
  return parsed.lab;
};

export type AlertedCluster = WatchedCluster & {
  readonly memory: AlertMemory;
  readonly alerts: AlertWatch;
  /** Asks the twin, past the watch. */
  readonly pve: Port;
  /** `NodeDown pve1`: what somebody is told of now. */
  readonly told: () => Promise<readonly string[]>;
  /** Lets looks pass until that is told of, or is no more: how many that took; undefined where these are not enough. */
  readonly until: (told: boolean, alert: string, looks: number) => Promise<number | undefined>;
};

const named = ({ name, labels }: Alert): string =>
  [
    name,
    labels.name ?? labels.storage ?? labels.node ?? labels.url ?? labels.id,
    // Of which there are two.
    name === "CertificateExpires" ? `(${labels.severity})` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(" ");

/** The twin of a lab, watched, with its alerts. */
export const alertedCluster = async (
  lab: Lab = labFrom(tidy),
  {
    world = worldOf(lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) }),
    ...more
  }: Partial<AlertWatchOptions> & {
    readonly world?: World;
  } = {},
): Promise<AlertedCluster> => {
  const watched = await watchedCluster(world);
  const memory = memoryAlertMemory();
  const alerts = new AlertWatch({
    cluster: "lab",
    clock: watched.clock,
    memory,
    lab,
    notifier: { send: () => Promise.resolve({ kind: "sent" }) },
    receivers: () => Promise.resolve({}),
    externalUrl: () => "https://orrery.example",
    complain: (sentence, error) => watched.complaints.push(`${sentence}: ${String(error)}`),
    ...more,
  });
  watched.watch.listen((look) => alerts.look(look));
  const told = async (): Promise<readonly string[]> => {
    await alerts.settled();
    const going = await memory.going("lab");
    const firing: readonly Alert[] = alertsOf(going?.watch ?? {}).filter(({ state }) => state.kind === "firing");
    const at = going?.at ?? 0;
    const around = { firing, silences: await memory.silences("lab", at), openWindows: openIn(windowsAt(lab, at)) };
    return firing.filter((alert) => quietOf(alert, around, at) === undefined).map(named);
  };
  const transport = new InProcessTransport(twinOf(world, "a secret"), { clock: watched.clock, user: "root@pam" });
  return {
    ...watched,
    pve: proxmoxOver<PveVersion>(world.release, transport, watched.clock),
    memory,
    alerts,
    told,
    until: async (isTold, alert, most) => {
      for (let looks = 1; looks <= most; looks += 1) {
        const before = watched.looks.length;
        while (watched.looks.length === before) await watched.pass(1000);
        if ((await told()).includes(alert) === isTold) return looks;
      }
      return undefined;
    },
  };
};
