import { setImmediate } from "node:timers/promises";
import { type Applied, applyPlan, memoryJournal } from "@orrery/apply";
import { observe, type Scope } from "@orrery/collect";
import { type Proxmox, type PveVersion, proxmoxOver } from "@orrery/contract";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { partsFor, planFor } from "@orrery/plan";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { worldOf } from "@orrery/twin-lab";
import { VirtualClock, type World } from "@orrery/twin-world";

export type ApplyFigures = {
  readonly what: string;
  readonly requests: number;
  /** Of this machine. */
  readonly ms: number;
  /** Of the world, where it takes some. */
  readonly worldSeconds?: number;
  readonly came: string;
};

type Cluster = { readonly clock: VirtualClock; readonly pve: Proxmox<PveVersion>; readonly asked: () => number };

const inProcess = (world: World): Cluster => {
  const clock = new VirtualClock(world, () => setImmediate());
  const transport = new InProcessTransport(twinOf(world, "a secret"), { clock });
  let asked = 0;
  const send: typeof transport.send = (request) => {
    asked += 1;
    return transport.send(request);
  };
  return { clock, pve: proxmoxOver<PveVersion>(world.release, { send }, clock), asked: () => asked };
};

const scopeOf = (lab: Lab, contract: PveVersion): Scope => {
  const parts = partsFor(lab, contract);
  return {
    cluster: parts.cluster,
    nodes: parts.nodes,
    guestFiles: true,
    guestFirewalls: parts.guestFirewalls ? "in force" : "none",
  };
};

const timed = async <T>({ asked, clock }: Cluster, work: () => Promise<T>) => {
  const [before, began, at] = [asked(), performance.now(), clock.now()];
  const result = await clock.drive(work());
  return {
    result,
    requests: asked() - before,
    ms: performance.now() - began,
    worldSeconds: (clock.now() - at) / 1000,
  };
};

const guestsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    kind: "vm" as const,
    name: `ensured${index}`,
    id: 1000 + index,
    category: "Batch",
    role: "Worker",
    node: `pve${(index % 3) + 1}`,
    vcpus: 1,
    memory: "256 MiB" as const,
    disks: [{ storage: "local-zfs", size: "4 GiB" as const, used: "1 GiB" as const }],
    nics: [{ bridge: "vmbr0", vlan: 20 }],
    os: "Debian 13",
    bootTime: "1 min" as const,
    onDrain: "migrate" as const,
    ha: false,
    recoveryTier: 3,
  }));

const parsed = (raw: unknown): Lab => {
  const result = parseLab(raw);
  if (result.kind === "lab") return result.lab;
  throw new Error(result.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
};

const came = (applied: Applied): string =>
  applied.kind === "refused"
    ? `refused: ${applied.problems[0]?.why}`
    : Object.entries(applied.tally)
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(", ") || "nothing to do";

/** Making 50 guests, started, and then making sure of them again: plan and apply together. */
export const measureApply = async (): Promise<ApplyFigures[]> => {
  const cluster = inProcess(worldOf(parsed(tidy)));
  const { clock, pve } = cluster;
  const lab = parsed({
    ...tidy,
    guests: { ...tidy.guests, claims: [], items: [...tidy.guests.items, ...guestsOf(50)] },
  });
  const ensure = () =>
    timed(cluster, async () => {
      const { state } = await observe(pve, clock, { scope: scopeOf(lab, pve.version) });
      const plan = planFor(lab, state, clock.now());
      const journal = memoryJournal();
      return applyPlan({ plan, pve, clock, journal, state, principal: "root@pam", user: "root@pam", window: "now" });
    });
  const first = await ensure();
  const second = await ensure();
  const figures = { what: "ensure 50 guests", ...first, came: came(first.result) };
  return [figures, { ...figures, what: "ensure them again", ...second, came: came(second.result) }].map(
    ({ what, requests, ms, worldSeconds, came: result }) => ({ what, requests, ms, worldSeconds, came: result }),
  );
};

export const applyTable = (figures: readonly ApplyFigures[]): string => {
  const rows = figures.map(
    ({ what, requests, ms, worldSeconds, came: result }) =>
      `  ${what.padEnd(36)}${String(requests).padStart(8)}${ms.toFixed(0).padStart(9)} ms${(worldSeconds === undefined ? "" : `${worldSeconds.toFixed(0)} s`).padStart(9)}  ${result}`,
  );
  return ["Applying, in process                   requests     time     of the world", ...rows].join("\n");
};
