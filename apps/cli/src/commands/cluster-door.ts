import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { everything, observe, observeAgain, type Scope } from "@orrery/collect";
import type { PveVersion } from "@orrery/contract";
import { keepFile, keptFile } from "@orrery/machine";
import type { Lab } from "@orrery/model";
import { type Principal, partsFor } from "@orrery/plan";
import { type Credentials, connectPve, type PveClient, systemClock } from "@orrery/pve";
import type { ClusterPart, ClusterState, NodePart } from "@orrery/state";
import { statesFolder } from "../folders.ts";
import { type ConnectionArguments, connectByRelease, pveFailure, urlsOf } from "./connection.ts";
import { labAt } from "./twin/world-source.ts";

export type ClusterArguments = ConnectionArguments & {
  /** A lab whose twin is the cluster, for the length of the command. */
  readonly twin?: string;
  readonly quick?: boolean;
  readonly everything?: boolean;
};

/** A cluster that a command talks to: a real one, a twin that is served, or one in this process. */
export type ClusterDoor = {
  readonly pve: PveClient<PveVersion>;
  readonly principal: Principal;
  /** As tasks name who began them. */
  readonly user: string;
  /** What tells it from other clusters, on this machine. */
  readonly key: string;
  readonly isTwin: boolean;
  /** Asks a node over a new connection. */
  readonly reach: (node: string) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
};

const principalOf = (credentials: Credentials): Principal =>
  credentials.kind === "token" ? "token" : credentials.userid === "root@pam" ? "root@pam" : "ticket";

const reachBy =
  (another: () => PveClient<PveVersion>) =>
  async (node: string): Promise<string | undefined> => {
    const fresh = another();
    try {
      await fresh.request("GET", "/nodes/{node}/version", { node }, { withinMs: 5000 });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await fresh.close();
    }
  };

/** The managers of HA are at work in a world after a few rounds. */
const settlingMs = 120_000;

const openTwin = async (path: string, cacheFolder: string): Promise<ClusterDoor> => {
  const [{ startTwin }, { worldOf }, { advanceTo }] = await Promise.all([
    import("@orrery/twin-server"),
    import("@orrery/twin-lab"),
    import("@orrery/twin-world"),
  ]);
  const now = Date.now();
  const world = worldOf(await labAt(path, cacheFolder), { now: now - settlingMs, seed: 1 });
  advanceTo(world, now);
  const twin = await startTwin({ world, speed: "max" });
  const { user, password } = twin.credentials;
  const another = (): PveClient<PveVersion> =>
    connectPve<PveVersion>({
      version: twin.world.release,
      endpoints: [{ url: twin.url, trust: { kind: "fingerprint", sha256: twin.fingerprint } }],
      credentials: { kind: "ticket", userid: user, password },
    });
  const pve = another();
  return {
    pve,
    principal: "root@pam",
    user,
    key: "twin",
    isTwin: true,
    reach: reachBy(another),
    close: async () => {
      await pve.close();
      await twin.stop();
    },
  };
};

/** The cluster that the command line, or the environment, names. */
export const openCluster = async (options: ClusterArguments, cacheFolder: string): Promise<ClusterDoor> => {
  if (options.twin !== undefined) return openTwin(options.twin, cacheFolder);
  const { pve, credentials, another } = await connectByRelease(options, process.env);
  const user = credentials.kind === "token" ? credentials.id : credentials.userid;
  const urls = urlsOf(options, process.env);
  return {
    pve,
    principal: principalOf(credentials),
    user,
    key: createHash("sha256")
      .update(JSON.stringify([urls.toSorted(), user]))
      .digest("hex")
      .slice(0, 24),
    isTwin: false,
    reach: reachBy(another),
    close: () => pve.close(),
  };
};

const isState = (value: unknown): value is ClusterState =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "cluster-state";

/** The state that was kept of this cluster; undefined where there is none that can be gone on from. */
const keptState = async (path: string, version: PveVersion): Promise<ClusterState | undefined> => {
  const text = await keptFile(path);
  try {
    const state: unknown = text === undefined ? undefined : JSON.parse(text);
    return isState(state) && state.format === 1 && state.contract === version ? state : undefined;
  } catch {
    return undefined;
  }
};

/** What was read; `quick` where what nothing shows as changed was taken as it was seen before. */
export type Reading = {
  readonly state: ClusterState;
  readonly requests: number;
  readonly milliseconds: number;
  readonly quick: boolean;
  /** Parts that were not looked at, for nothing of the declaration is in them. */
  readonly left: readonly ClusterPart[];
};

const pathOf = (door: ClusterDoor): string => join(statesFolder(process.env), `${door.key}.json`);

type Parts = { readonly cluster: readonly ClusterPart[]; readonly nodes: readonly NodePart[] };

const noParts: Parts = { cluster: [], nodes: [] };

/** Reads of a cluster what a declaration is about, and what is named beside. */
export const readState = async (
  door: ClusterDoor,
  lab: Lab,
  options: ClusterArguments,
  beside: Parts = noParts,
): Promise<Reading> => {
  const parts = partsFor(lab, door.pve.version);
  const scope: Scope = options.everything
    ? everything
    : {
        cluster: [...new Set([...parts.cluster, ...beside.cluster])],
        nodes: [...new Set([...parts.nodes, ...beside.nodes])],
        guestFiles: true,
        guestFirewalls: parts.guestFirewalls ? "in force" : "none",
      };
  const left = everything.cluster.filter((part) => !scope.cluster.includes(part));
  const began = performance.now();
  try {
    const kept = options.quick && !door.isTwin ? await keptState(pathOf(door), door.pve.version) : undefined;
    const { state, requests } =
      kept === undefined
        ? await observe(door.pve, systemClock, { scope })
        : await observeAgain(kept, door.pve, systemClock, { scope });
    const milliseconds = performance.now() - began;
    // What cannot be kept is read whole the next time.
    if (!door.isTwin) await keepFile(pathOf(door), JSON.stringify(state)).catch(() => undefined);
    return { state, requests, milliseconds, quick: kept !== undefined, left };
  } catch (error) {
    throw pveFailure(error, door.user);
  }
};

/** Reads all that there is of a cluster. */
export const readWhole = async ({ pve, user }: ClusterDoor): Promise<ClusterState> => {
  try {
    return (await observe(pve, systemClock, { scope: everything })).state;
  } catch (error) {
    throw pveFailure(error, user);
  }
};

/** After a change, nothing that was seen before counts. */
export const forgetState = async (door: ClusterDoor): Promise<void> => {
  await rm(pathOf(door), { force: true }).catch(() => undefined);
};
