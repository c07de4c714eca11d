import { setImmediate } from "node:timers/promises";
import { observe, observeAgain, type Scope } from "@orrery/collect";
import { type Proxmox, type PveVersion, proxmoxOver } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { partsFor, planFor } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { worldOf } from "@orrery/twin-lab";
import { VirtualClock } from "@orrery/twin-world";
import { generatedLab } from "./generated-lab.ts";

type Way = { readonly requests: number; readonly readMs: number; readonly planMs: number };

export type PlanFigures = {
  readonly guests: number;
  readonly nodes: number;
  /** With nothing known of the cluster. */
  readonly cold: Way;
  /** With the state of a moment ago. */
  readonly warm: Way;
};

type Cluster = { readonly clock: VirtualClock; readonly pve: Proxmox<PveVersion>; asked: number };

const clusterOf = (lab: Lab): Cluster => {
  const world = worldOf(lab);
  const clock = new VirtualClock(world, () => setImmediate());
  const transport = new InProcessTransport(twinOf(world, "a secret"), { clock });
  const send: typeof transport.send = (request) => {
    cluster.asked += 1;
    return transport.send(request);
  };
  const cluster: Cluster = { clock, pve: proxmoxOver<PveVersion>(world.release, { send }, clock), asked: 0 };
  return cluster;
};

const scopeOf = (lab: Lab, contract: PveVersion): Scope => {
  const { cluster, nodes, guestFirewalls } = partsFor(lab, contract);
  return { cluster, nodes, guestFiles: true, guestFirewalls: guestFirewalls ? "in force" : "none" };
};

const once = async (
  cluster: Cluster,
  lab: Lab,
  before: ClusterState | undefined,
): Promise<{ way: Way; state: ClusterState }> => {
  const { clock, pve } = cluster;
  const scope = scopeOf(lab, pve.version);
  const [asked, began] = [cluster.asked, performance.now()];
  const read = before === undefined ? observe(pve, clock, { scope }) : observeAgain(before, pve, clock, { scope });
  const { state } = await clock.drive(read);
  const known = performance.now();
  const { actions, stuck } = planFor(lab, state, clock.now());
  if (actions.length + stuck.length > 0) throw new Error("the twin of a lab differs from the lab");
  const ended = performance.now();
  return { way: { requests: cluster.asked - asked, readMs: known - began, planMs: ended - known }, state };
};

const total = ({ readMs, planMs }: Way): number => readMs + planMs;

/** The middle one of nine, the first of which warm the program itself up. */
const middle = async (run: () => Promise<Way>): Promise<Way> => {
  const ways: Way[] = [];
  for (let times = 0; times < 9; times += 1) ways.push(await run());
  const [way] = ways.toSorted((one, other) => total(one) - total(other)).slice(4);
  if (way === undefined) throw new Error("nothing was measured");
  return way;
};

const sizes = [
  [125, 16],
  [250, 16],
  [500, 16],
  [1000, 16],
] as const;

/** Planning for a cluster that is as declared, by how many guests it has. */
export const measurePlan = async (): Promise<PlanFigures[]> => {
  const figures: PlanFigures[] = [];
  for (const [guests, nodes] of sizes) {
    const lab = generatedLab({ nodes, guests, seed: 1 });
    const cluster = clusterOf(lab);
    const cold = await middle(async () => (await once(cluster, lab, undefined)).way);
    let state = (await once(cluster, lab, undefined)).state;
    const warm = await middle(async () => {
      const again = await once(cluster, lab, state);
      state = again.state;
      return again.way;
    });
    figures.push({ guests, nodes, cold, warm });
  }
  return figures;
};

const cells = (way: Way): string =>
  `${String(way.requests).padStart(9)}${way.readMs.toFixed(0).padStart(7)}${way.planMs.toFixed(0).padStart(6)}${total(way).toFixed(0).padStart(7)} ms`;

export const planTable = (figures: readonly PlanFigures[]): string =>
  [
    "Planning for what is as declared, in process",
    "                          cold: nothing known                  warm: seen a moment ago",
    "  guests  nodes   requests   read  plan  together    requests   read  plan  together",
    ...figures.map(
      ({ guests, nodes, cold, warm }) =>
        `  ${String(guests).padStart(6)}${String(nodes).padStart(7)}  ${cells(cold)}   ${cells(warm)}`,
    ),
  ].join("\n");
