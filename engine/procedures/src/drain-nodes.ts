import type { Clock } from "@orrery/contract";
import { type Derived, doubtText, obstacleText, type PlannedMove, planMoves, type Wanted } from "@orrery/placement";
import type { ClusterState } from "@orrery/state";
import { acting, type Port, type Tell } from "@orrery/workflow";
import { rowsIn, textIn } from "./answers.ts";
import { derivedOf } from "./derived-problem.ts";
import { type GuestMove, moveGuest } from "./move-guest.ts";
import { footingOf, guestsOf, isRunning, lookAt, nameOf, needQuorum } from "./standing.ts";
import { Halted, runTask } from "./task.ts";

export type DrainNodes = Pick<Wanted, "lab" | "stopping"> & {
  /** In this order; one after another. */
  readonly nodes: readonly string[];
  /** Whether a node that is empty is rebooted, and waited for until it is a member again. */
  readonly reboot?: boolean;
  /** Whether guests go back when their node is done. Default: true. */
  readonly bringBack?: boolean;
  /** Steps that the search for places may take for each node. */
  readonly budget?: number;
};

export type DrainedNode = {
  readonly node: string;
  readonly moved: readonly { readonly vmid: number; readonly to: string }[];
  /** Stopped with their node, as declared. */
  readonly stopped: readonly number[];
  readonly broughtBack: readonly number[];
};

const defaultBudget = 200_000;
/** A node that boots is waited for so long. */
const bootPatienceMs = 1_800_000;

type Done = { readonly move: GuestMove; readonly step: number };

/** Bytes per second of a link that nobody told of: 1 Gbps, a guess that only says how often to look. */
const usualRate = 125e6;

/** Guests by the names that placement has for them. */
type Guests = (Derived & { readonly kind: "derived" })["guests"];

const moveOf = (guests: Guests, { item, from, to, bytes, seconds = bytes / usualRate }: PlannedMove): GuestMove => {
  const { vmid, kind } = guests.get(item) ?? {};
  if (vmid === undefined || kind === undefined || from === undefined)
    throw new Halted(`Nobody knows the guest ${item} any more.`);
  return { vmid, kind, name: item, from, to, seconds };
};

/** Everything at once; the first that fails is told when all have ended, so that nothing is left half watched. */
const together = async (works: readonly Promise<unknown>[]): Promise<void> => {
  const ends = await Promise.allSettled(works);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
};

/**
 * A rolling drain: node by node, its guests go where there is room, what is to be done with it is done, and they come back.
 * Places and order come from the planner, so that no node is over its room on the way; nothing goes to a node that is
 * drained, in maintenance or offline. Throws where a node cannot be emptied, leaving all where it then is.
 */
export const drainNodes = async (
  pve: Port,
  clock: Clock,
  tell: Tell,
  asked: DrainNodes,
): Promise<readonly DrainedNode[]> => {
  const results: DrainedNode[] = [];
  let state: ClusterState | undefined;
  for (const node of asked.nodes) {
    state = await lookAt(pve, clock, state);
    results.push(
      await acting(tell, `drain ${node}`, `drain ${node}`, () =>
        drainNode(pve, clock, { tell, asked, node, before: state }),
      ),
    );
  }
  return results;
};

type Draining = {
  readonly tell: Tell;
  readonly asked: DrainNodes;
  readonly node: string;
  readonly before: ClusterState | undefined;
};

const drainNode = async (pve: Port, clock: Clock, { tell, asked, node, before }: Draining): Promise<DrainedNode> => {
  const state = before ?? (await lookAt(pve, clock));
  if (state.nodes[node] === undefined) throw new Halted(`There is no node ${node} to drain.`);
  await needQuorum(pve, `drain ${node}`);
  const { lab, stopping } = asked;
  const { problem, guests } = derivedOf(state, {
    draining: [node],
    ...(lab === undefined ? {} : { lab }),
    ...(stopping === undefined ? {} : { stopping }),
  });
  const plan = planMoves(problem, { kind: "drain", hosts: [node] }, { steps: asked.budget ?? defaultBudget });
  if (plan.kind === "impossible") throw new Halted(`Cannot drain ${node}: ${obstacleText(plan.obstacle)}`);
  if (plan.kind === "undecided") throw new Halted(`Cannot drain ${node}: ${doubtText(plan.doubt)}`);
  const done: Done[] = [];
  const steps = plan.kind === "moves" ? plan.steps : [];
  for (const [step, { moves }] of steps.entries())
    await together(
      moves.map(async (planned) => {
        const move = moveOf(guests, planned);
        await acting(tell, `move ${move.vmid} ${step}`, `${move.name} to ${move.to}`, () =>
          moveGuest(pve, clock, move),
        );
        done.push({ move, step });
      }),
    );
  const stopped = await stopThose(pve, tell, guests, plan.stopped);
  if (asked.reboot === true) await acting(tell, `reboot ${node}`, `reboot ${node}`, () => reboot(pve, clock, node));
  const broughtBack = asked.bringBack === false ? [] : await goBack(pve, clock, tell, done);
  for (const { vmid, kind, name } of stopped)
    await acting(tell, `start ${vmid}`, `start ${name} on ${node}`, () =>
      runTask(pve, {
        path: `/nodes/{node}/${kind}/{vmid}/status/start`,
        parameters: { node, vmid },
        what: `The start of ${name}`,
      }),
    );
  return {
    node,
    moved: done.map(({ move: { vmid, to } }) => ({ vmid, to })).sort((a, b) => a.vmid - b.vmid),
    stopped: stopped.map(({ vmid }) => vmid),
    broughtBack,
  };
};

type Stopped = { readonly vmid: number; readonly kind: "qemu" | "lxc"; readonly name: string };

/** Guests that are declared to stop with their node. */
const stopThose = async (
  pve: Port,
  tell: Tell,
  guests: Guests,
  items: readonly string[],
): Promise<readonly Stopped[]> => {
  const stopped: Stopped[] = [];
  for (const name of items) {
    const { vmid, kind, node } = guests.get(name) ?? {};
    if (vmid === undefined || kind === undefined || node === undefined) continue;
    await needQuorum(pve, `stop ${name}`);
    await acting(tell, `stop ${vmid}`, `stop ${name}`, () =>
      runTask(pve, {
        path: `/nodes/{node}/${kind}/{vmid}/status/shutdown`,
        parameters: { node, vmid },
        what: `The shutdown of ${name}`,
      }),
    );
    stopped.push({ vmid, kind, name });
  }
  return stopped;
};

/** The way out, backwards: what had room then has it now. */
const goBack = async (pve: Port, clock: Clock, tell: Tell, done: readonly Done[]): Promise<readonly number[]> => {
  const back: number[] = [];
  const last = Math.max(-1, ...done.map(({ step }) => step));
  for (let step = last; step >= 0; step--)
    await together(
      done
        .filter((one) => one.step === step)
        .map(async ({ move }) => {
          const { vmid, name, from, to } = move;
          await acting(tell, `return ${vmid} ${step}`, `${name} back to ${from}`, () =>
            moveGuest(pve, clock, { ...move, from: to, to: from }),
          );
          back.push(vmid);
        }),
    );
  return back.sort((a, b) => a - b);
};

/** Throws where the others alone would have no quorum. The vote of a QDevice is not counted on. */
const needVotesWithout = async (pve: Port, node: string, online: ReadonlySet<string>): Promise<void> => {
  const rows = rowsIn((await pve.request("GET", "/cluster/config/nodes")).data);
  const votesOf = (row: (typeof rows)[number]): number => Number(row.quorum_votes ?? 1);
  const all = rows.reduce((sum, row) => sum + votesOf(row), 0);
  const others = rows.filter((row) => row.name !== node && online.has(textIn(row.name)));
  const left = others.reduce((sum, row) => sum + votesOf(row), 0);
  const needed = Math.floor(all / 2) + 1;
  if (left < needed)
    throw new Halted(`Cannot reboot ${node}: the others have ${left} of ${all} votes, and quorum needs ${needed}.`);
};

/** Reboots an empty node, and waits until it is a member again. */
const reboot = async (pve: Port, clock: Clock, node: string): Promise<void> => {
  const left = guestsOf(await lookAt(pve, clock)).filter((guest) => guest.node === node && isRunning(guest));
  if (left.length > 0) throw new Halted(`Cannot reboot ${node}: ${left.map(nameOf).join(", ")} still runs there.`);
  const { online } = await needQuorum(pve, `reboot ${node}`);
  await needVotesWithout(pve, node, online);
  await pve.request("POST", "/nodes/{node}/status", { node, command: "reboot" });
  const began = clock.monotonic();
  for (let gone = false; ; ) {
    await clock.sleep(5_000);
    const footing = await footingOf(pve);
    if (!footing.online.has(node)) gone = true;
    else if (gone && footing.quorate) return;
    if (clock.monotonic() - began > bootPatienceMs)
      throw new Halted(`${node} did not come back from its reboot within ${bootPatienceMs / 60_000} min.`);
  }
};
