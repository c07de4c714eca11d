import { type Applied, type ApplyOptions, applyPlan, type Journal, memoryJournal } from "@orrery/apply";
import { observe } from "@orrery/collect";
import { PveError, type PveReply, type PveRequest, type PveVersion, proxmoxOver } from "@orrery/contract";
import tidyLab from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { type Action, type Plan, planFor } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import { forkWorld, type World } from "@orrery/twin-world";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";

type PoolInput = { readonly purpose?: string };

/** The tidy lab with these pools, and none besides. */
export const labWith = (pools: Readonly<Record<string, PoolInput>>): Lab => {
  const parsed = parseLab({ ...tidyLab, pools: { items: { ...pools } } });
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return parsed.lab;
};

const bare = worldOf(labWith({}));

/** The twin of the tidy lab, without any pool. */
export const aWorld = (): World => forkWorld(bare);

const essential = { cluster: ["pools"], nodes: [], guestFiles: false, guestFirewalls: "none" } as const;

/** What a lab's pools ask for on a twin. */
export const planOn = async ({ clock, pve }: OverTwin, lab: Lab): Promise<Plan> => {
  const { state } = await clock.drive(observe(pve, clock, { scope: essential }));
  const plan = planFor(lab, state, clock.now());
  return { ...plan, undecided: [] };
};

/** The plan of a lab with some actions besides, or others in their place. */
export const planWith = (plan: Plan, actions: readonly Action[]): Plan => ({ ...plan, actions });

type Given = Partial<ApplyOptions> & { readonly plan: Plan };

export const applyOn = ({ clock, pve }: OverTwin, given: Given): Promise<Applied> =>
  clock.drive(applyPlan({ pve, clock, journal: memoryJournal(), principal: "root@pam", user: "root@pam", ...given }));

export const onTwin = (world: World): OverTwin => overTwin(world);

/** What changed something: each request that was carried out, in one line. */
export type Effects = string[];

/** What the line between us and the cluster does with a request. */
export type Line = (request: PveRequest) => "carries" | "breaks before" | "breaks after" | "refuses";

const lineOf = (request: PveRequest): string => `${request.method} ${request.path} ${JSON.stringify(request.params)}`;

const broken = ({ method, path }: PveRequest): PveError =>
  new PveError({
    kind: "unreachable",
    status: 0,
    reason: "the connection was reset",
    method,
    path,
    uncertain: method !== "GET",
  });

/** The twin behind a line that breaks, with what was carried out all the same. */
export const behind = (twin: OverTwin, line: Line): OverTwin & { readonly effects: Effects } => {
  const effects: Effects = [];
  const send = async (request: PveRequest): Promise<PveReply> => {
    const fate = line(request);
    if (fate === "breaks before") throw broken(request);
    if (fate === "refuses") return { status: 500, reason: "something went wrong", body: undefined, answeredBy: "pve1" };
    const reply = await twin.send(request);
    if (request.method !== "GET" && reply.status < 300) effects.push(lineOf(request));
    if (fate === "breaks after") throw broken(request);
    return reply;
  };
  const pve = proxmoxOver<PveVersion>(twin.world.release, { send }, twin.clock);
  return { ...twin, pve, send, effects };
};

/** The process is gone: nothing of it goes on. */
export class Died extends Error {
  override readonly name = "Died";
}

/** A process that dies at one of the moments at which dying is worst: about each record, and about each change. */
export const dying = (
  twin: OverTwin,
  journal: Journal,
  at: number,
): { readonly twin: OverTwin; readonly journal: Journal; readonly points: () => number; readonly effects: Effects } => {
  let [count, dead] = [0, false];
  const effects: Effects = [];
  const point = (): void => {
    if (!dead && count === at) dead = true;
    count += 1;
    if (dead) throw new Died();
  };
  const send = async (request: PveRequest): Promise<PveReply> => {
    if (dead) throw new Died();
    const reply = await twin.send(request);
    if (request.method !== "GET") {
      if (reply.status < 300) effects.push(lineOf(request));
      point();
    }
    if (dead) throw new Died();
    return reply;
  };
  const append: Journal["append"] = async (record) => {
    point();
    await journal.append(record);
    point();
  };
  const pve = proxmoxOver<PveVersion>(twin.world.release, { send }, twin.clock);
  return { twin: { ...twin, pve, send }, journal: { read: journal.read, append }, points: () => count, effects };
};
