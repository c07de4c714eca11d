import { setImmediate } from "node:timers/promises";
import { type Proxmox, type PveRequest, type PveTransport, type PveVersion, proxmoxOver } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import {
  type AskedFault,
  fault,
  findVolume,
  forkWorld,
  quorateGroup,
  randomOf,
  VirtualClock,
  type World,
} from "@orrery/twin-world";
import { objectivesMeasured } from "./objectives.ts";
import type { Happening, Rehearsal } from "./rehearsal.ts";
import type { Script, ScriptEvent } from "./script.ts";
import { Watch } from "./watch.ts";

export type Rehearsing<R> = {
  /** It is forked: the given one stays as it is. */
  readonly world: World;
  readonly script: Script<R>;
  readonly faults?: readonly AskedFault[];
  /** Epoch milliseconds at which it ends, if the script has not; a week from the beginning unless told. */
  readonly until?: number;
  /** Draws of the fork come from it; those of the world as it stands unless told. */
  readonly seed?: number;
  /** What somebody does outside of the API, and when: the world is changed by it. */
  readonly byHand?: readonly { readonly at: number; readonly what: string; readonly does: (world: World) => void }[];
  /** Whose objectives are measured. */
  readonly lab?: Lab;
};

const weekMs = 7 * 86_400_000;
/** What booted last is waited for so long after the script's end. */
const bootPatienceMs = 1_800_000;

class Unrehearsable extends Error {
  override readonly name = "Unrehearsable";
}

/** Asks a node that has quorum, as whoever acts would do; any that is up where none has. */
const whereQuorumIs = (world: World, transportTo: (node: string | undefined) => PveTransport): PveTransport => {
  const known = new Map<string | undefined, PveTransport>();
  return {
    send: (request) => {
      const node = quorateGroup(world).find((name) => world.nodes[name]?.state.kind === "online");
      const transport = known.get(node) ?? transportTo(node);
      known.set(node, transport);
      return transport.send(request);
    },
  };
};

/** Counts requests, and notes which copy a guest is restored from. */
const watched = (world: World, inner: PveTransport, watch: Watch): PveTransport => ({
  send: async (request) => {
    watch.requests += 1;
    const reply = await inner.send(request);
    if (reply.status === 200) noteRestore(world, request, watch);
    return reply;
  },
});

const noteRestore = (world: World, { method, path, params }: PveRequest, watch: Watch): void => {
  const [, node = "", kind] = /^\/nodes\/([^/]+)\/(qemu|lxc)$/.exec(path) ?? [];
  const archive = params[kind === "qemu" ? "archive" : "ostemplate"];
  if (method !== "POST" || typeof archive !== "string") return;
  const at = findVolume(world, decodeURIComponent(node), archive)?.volume.archive?.at;
  if (at !== undefined) watch.outages.restoring(Number(params.vmid), at);
};

/** Pairs what a script tells of its actions. */
class Actions {
  readonly #world: World;
  readonly #open = new Map<string, { at: number; what: string }>();
  readonly #told: Happening[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  readonly tell = (event: ScriptEvent): void => {
    const { now } = this.#world;
    switch (event.kind) {
      case "begins":
        this.#open.set(event.id, { at: now, what: event.what });
        return;
      case "says":
        this.#told.push({ kind: "note", at: now, what: event.what });
        return;
      case "ends": {
        const open = this.#open.get(event.id) ?? { at: now, what: event.id };
        this.#open.delete(event.id);
        const why = event.why === undefined ? {} : { why: event.why };
        const { id, outcome } = event;
        this.#told.push({ kind: "action", at: open.at, ms: now - open.at, id, what: open.what, outcome, ...why });
        return;
      }
    }
  };

  all(): Happening[] {
    const open = [...this.#open].map(
      ([id, { at, what }]): Happening => ({ kind: "action", at, id, what, outcome: "unfinished" }),
    );
    return [...this.#told, ...open];
  }
}

const inTime = (happenings: readonly Happening[]): Happening[] =>
  happenings
    .map((one, index) => ({ one, index }))
    .sort((a, b) => a.one.at - b.one.at || a.index - b.index)
    .map(({ one }) => one);

/**
 * Runs a script against the twin of a world, in virtual time and as fast as can be computed, with what is to fail on the
 * way. Throws where a fault cannot befall this world.
 */
export const rehearse = async <R>(asked: Rehearsing<R>): Promise<Rehearsal<R>> => {
  const world = forkWorld(asked.world);
  const { seed = world.seed } = asked;
  if (asked.seed !== undefined) world.random = randomOf(asked.seed);
  const from = world.now;
  const until = asked.until ?? from + weekMs;
  const watch = new Watch(world);
  const clock = new VirtualClock(world, () => {
    watch.look();
    return setImmediate();
  });
  const twin = twinOf(world, "nobody logs in");
  const asking = whereQuorumIs(
    world,
    (node) => new InProcessTransport(twin, { clock, ...(node === undefined ? {} : { node }) }),
  );
  const transport = watched(world, asking, watch);
  const pve: Proxmox<PveVersion> = proxmoxOver<PveVersion>(world.release, transport, clock);
  const actions = new Actions(world);
  for (const one of asked.faults ?? []) {
    const made = fault(world, one);
    if ("refused" in made) throw new Unrehearsable(made.refused);
  }
  const running: { outcome: Rehearsal<R>["outcome"] } = {
    outcome: { kind: "unfinished", why: `It was not done by ${new Date(until).toISOString()}.` },
  };
  for (const { at, what, does } of asked.byHand ?? [])
    void clock.sleep(at - world.now).then(() => {
      actions.tell({ kind: "says", what });
      does(world);
    });
  const work = asked.script(pve, clock, actions.tell).then(
    (result) => {
      running.outcome = { kind: "done", result };
    },
    (error: unknown) => {
      running.outcome = { kind: "failed", why: error instanceof Error ? error.message : String(error) };
    },
  );
  try {
    await clock.drive(work, until);
  } catch (error) {
    if (running.outcome.kind === "unfinished")
      running.outcome = { kind: "unfinished", why: error instanceof Error ? error.message : String(error) };
  }
  const boots = Math.min(watch.outages.bootsUntil, world.now + bootPatienceMs, until);
  if (boots > world.now) await clock.advance(boots);
  watch.look();
  return {
    kind: "rehearsal",
    format: 1,
    seed,
    from,
    to: world.now,
    outcome: running.outcome,
    timeline: inTime([...watch.happenings(), ...actions.all()]),
    nodes: watch.loads.peaks(),
    flows: watch.flows.peaks(),
    ...(watch.states.quorum === undefined ? {} : { quorum: watch.states.quorum }),
    objectives: asked.lab === undefined ? [] : objectivesMeasured(asked.lab, watch, world),
    requests: watch.requests,
  };
};
