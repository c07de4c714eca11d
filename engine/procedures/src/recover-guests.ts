import { type Clock, PveError } from "@orrery/contract";
import type { Item, Wanted } from "@orrery/placement";
import { type ClusterState, valueIn } from "@orrery/state";
import { acting, type Port, type Tell } from "@orrery/workflow";
import { textIn } from "./answers.ts";
import { readBackups } from "./backups.ts";
import { derivedOf } from "./derived-problem.ts";
import { type Loss, lossesIn } from "./losses.ts";
import { whereIs } from "./move-guest.ts";
import { type Homes, Rooms } from "./rooms.ts";
import { lookAt, needQuorum } from "./standing.ts";
import { awaitHa, handBack, standAside, takeOver } from "./take-over.ts";
import { Halted, runTask } from "./task.ts";

export type RecoverGuests = Pick<Wanted, "lab"> & {
  /** The cluster as it was last seen well: a node that is down tells nothing of its guests. */
  readonly before: ClusterState;
  /**
   * Guests whose disks are replaced by their newest backup where they are, by VMID: named one by one, because what is left
   * on their disks goes.
   */
  readonly restore?: readonly number[];
  /**
   * Nodes that somebody has seen to be off. A guest that HA does not keep is taken over from no other: it might run on,
   * and then run twice.
   */
  readonly off?: readonly string[];
  /** Recovered first where 1. */
  readonly tier?: (vmid: number) => number | undefined;
  /** Guests that must be up before this one. */
  readonly startsAfter?: (vmid: number) => readonly number[];
  /** Restores at once on one node. Default: 1. */
  readonly restoresPerNode?: number;
  /** Bytes per second that a restore is guessed to take: it only says how often to look. */
  readonly usualRate?: number;
};

export type RecoveredGuest = { readonly vmid: number; readonly name: string } & (
  | { readonly how: "restarted"; readonly node: string }
  /** `dataAt`: epoch seconds of the moment that its data shows. */
  | { readonly how: "restored"; readonly node: string; readonly from: string; readonly dataAt: number }
  | { readonly how: "left"; readonly why: string }
);

/** A guest that has not booted by then needs somebody to look. */
const bootPatienceMs = 1_800_000;
const agentLookMs = 2_000;

const last = Number.MAX_SAFE_INTEGER;

/** By tier, then name; one that waits for others comes after them. */
const inOrder = (losses: readonly Loss[], { tier, startsAfter }: RecoverGuests): readonly Loss[] => {
  const sorted = [...losses].sort(
    (a, b) => (tier?.(a.vmid) ?? last) - (tier?.(b.vmid) ?? last) || (a.name < b.name ? -1 : 1),
  );
  const byVmid = new Map(sorted.map((loss) => [loss.vmid, loss]));
  const placed = new Set<Loss>();
  const place = (loss: Loss, above: ReadonlySet<Loss>): void => {
    if (placed.has(loss) || above.has(loss)) return;
    for (const vmid of startsAfter?.(loss.vmid) ?? []) {
      const first = byVmid.get(vmid);
      if (first !== undefined) place(first, new Set([...above, loss]));
    }
    placed.add(loss);
  };
  for (const loss of sorted) place(loss, new Set());
  return [...placed];
};

/**
 * Brings guests back that a failure took: those whose disks are there are started again, by HA where it keeps them; the
 * others are restored from their newest usable backup onto nodes with room, in the order of their tiers and of what they
 * wait for, so many at once on a node. A guest counts as back when its agent answers. What cannot be brought back is left,
 * with the reason. Throws where the cluster has no quorum.
 */
export const recoverGuests = async (
  pve: Port,
  clock: Clock,
  tell: Tell,
  asked: RecoverGuests,
): Promise<readonly RecoveredGuest[]> => new Recovery(pve, clock, tell, asked).run();

class Recovery {
  readonly #pve: Port;
  readonly #clock: Clock;
  readonly #tell: Tell;
  readonly #asked: RecoverGuests;
  /** When each guest is up, for those that wait for it; it resolves also where it never will be. */
  readonly #up = new Map<number, Promise<void>>();
  readonly #waitsFor = new Map<number, readonly Promise<void>[]>();
  readonly #results: RecoveredGuest[] = [];

  constructor(pve: Port, clock: Clock, tell: Tell, asked: RecoverGuests) {
    this.#pve = pve;
    this.#clock = clock;
    this.#tell = tell;
    this.#asked = asked;
  }

  async run(): Promise<readonly RecoveredGuest[]> {
    const { online } = await needQuorum(this.#pve, "recover guests");
    const now = await lookAt(this.#pve, this.#clock);
    const backups = await readBackups(this.#pve, now, [...online]);
    const { problem } = derivedOf(now, this.#declared());
    const homes = this.#homes(online);
    const { before, restore = [], off = [] } = this.#asked;
    const losses = lossesIn({ before, now, online, backups, restore, off }, (vmid) => homes.get(vmid));
    const rooms = new Rooms(problem, this.#asked.restoresPerNode ?? 1);
    const boots: Promise<void>[] = [];
    for (const loss of inOrder(losses, this.#asked)) {
      // Only those before it: two that wait for each other are not both kept waiting.
      this.#waitsFor.set(
        loss.vmid,
        (this.#asked.startsAfter?.(loss.vmid) ?? []).flatMap((vmid) => this.#up.get(vmid) ?? []),
      );
      boots.push(this.#begin(loss, rooms));
    }
    await Promise.all(boots);
    return this.#results.sort((a, b) => a.vmid - b.vmid);
  }

  #declared(): Pick<Wanted, "lab"> {
    const { lab } = this.#asked;
    return lab === undefined ? {} : { lab };
  }

  /** Where guests may be, by VMID: by the rules, as HA takes them while nodes are gone, and past them. */
  #homes(online: ReadonlySet<string>): ReadonlyMap<number, Homes> {
    const { before } = this.#asked;
    const gone = Object.keys(before.nodes).filter((node) => !online.has(node));
    const itemsOf = (wanted: Wanted): ReadonlyMap<number, Item> => {
      const { problem, guests } = derivedOf(before, { ...this.#declared(), ...wanted, draining: gone, restored: true });
      return new Map(
        problem.items.flatMap((item) => {
          const vmid = guests.get(item.name)?.vmid;
          return vmid === undefined ? [] : [[vmid, item] as const];
        }),
      );
    };
    const past = itemsOf({ rules: "none" });
    return new Map([...itemsOf({})].map(([vmid, byRules]) => [vmid, { byRules, past: past.get(vmid) ?? byRules }]));
  }

  /** Starts what is to be done about a guest; what it waits for, it waits for in there. */
  #begin(loss: Loss, rooms: Rooms): Promise<void> {
    const done = this.#recover(loss, rooms).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#results.push({ vmid: loss.vmid, name: loss.name, how: "left", why });
    });
    this.#up.set(loss.vmid, done);
    return done;
  }

  async #recover(loss: Loss, rooms: Rooms): Promise<void> {
    const { vmid, name } = loss;
    switch (loss.how) {
      case "leave":
        throw new Halted(`${name} is left: ${loss.why}.`);
      case "restart": {
        const node = await acting(this.#tell, `restart ${vmid}`, `${name} starts again`, () =>
          this.#restart(loss, rooms),
        );
        this.#results.push({ vmid, name, how: "restarted", node });
        return;
      }
      case "restore": {
        const node = await this.#restore(loss, rooms);
        await this.#start(loss, node);
        const { volid, at } = loss.from;
        this.#results.push({ vmid, name, how: "restored", node, from: volid, dataAt: at });
      }
    }
  }

  async #restart(loss: Extract<Loss, { how: "restart" }>, rooms: Rooms): Promise<string> {
    if (loss.isHa) {
      const node = await awaitHa(this.#pve, this.#clock, loss);
      await this.#answers(loss, node);
      return node;
    }
    let { node } = loss.guest;
    if (!loss.lives) {
      node = rooms.assign(loss.homes, 0, loss.nodes);
      await takeOver(this.#pve, this.#clock, { guest: loss, to: node, wasHa: false, tell: this.#tell });
    }
    await this.#wait(loss);
    await this.#boot(loss, node);
    return node;
  }

  /** The node is free for the next when the bytes are there: booting holds up nobody. */
  async #restore(loss: Extract<Loss, { how: "restore" }>, rooms: Rooms): Promise<string> {
    const { vmid, kind, name, from } = loss;
    const bytes = loss.homes.past.disks?.reduce((sum, disk) => sum + disk.bytes, 0) ?? 0;
    const to = loss.at ?? rooms.assign(loss.homes, bytes, from.nodes);
    const turn = rooms.turn(to);
    // All are taken over at once, while the first are being restored.
    const there = this.#clear(loss, to);
    // It is asked for once the turn has come, and may have failed before.
    there.catch(() => undefined);
    const free = await turn;
    try {
      const node = await there;
      await acting(this.#tell, `restore ${vmid}`, `restore ${name} on ${node}`, async () => {
        await needQuorum(this.#pve, `restore ${name}`);
        await runTask(this.#pve, {
          path: `/nodes/{node}/${kind}`,
          parameters:
            kind === "qemu"
              ? { node, vmid, archive: from.volid, force: 1 }
              : { node, vmid, ostemplate: from.volid, restore: 1, force: 1 },
          what: `The restore of ${name} from ${from.volid}`,
          seconds: bytes / (this.#asked.usualRate ?? 500e6),
        });
      });
      return node;
    } finally {
      free();
    }
  }

  /** Makes way for a restore: the guest's file on a node that is online, and nothing running. Answers the node. */
  async #clear(loss: Extract<Loss, { how: "restore" }>, to: string): Promise<string> {
    const { vmid, name, isHa } = loss;
    if (loss.at === undefined)
      await acting(this.#tell, `take ${vmid}`, `${name} taken over to ${to}`, () =>
        takeOver(this.#pve, this.#clock, { guest: loss, to, wasHa: isHa, tell: this.#tell }),
      );
    else if (isHa) await standAside(this.#pve, this.#clock, loss);
    else await this.#stop(loss);
    return (await whereIs(this.#pve, vmid))?.node ?? to;
  }

  async #stop({ vmid, kind, name }: Loss): Promise<void> {
    const place = await whereIs(this.#pve, vmid);
    if (place?.running !== true) return;
    await needQuorum(this.#pve, `stop ${name}`);
    await runTask(this.#pve, {
      path: `/nodes/{node}/${kind}/{vmid}/status/stop`,
      parameters: { node: place.node, vmid },
      what: `The stop of ${name}`,
    });
  }

  async #start(loss: Loss, node: string): Promise<void> {
    await this.#wait(loss);
    await acting(this.#tell, `start ${loss.vmid}`, `${loss.name} boots on ${node}`, () => this.#boot(loss, node));
  }

  async #wait({ vmid }: Loss): Promise<void> {
    await Promise.all(this.#waitsFor.get(vmid) ?? []);
  }

  async #boot(loss: Loss, node: string): Promise<void> {
    const { vmid, kind, name, isHa } = loss;
    if (isHa) {
      await handBack(this.#pve, loss);
      await awaitHa(this.#pve, this.#clock, loss);
    } else if ((await whereIs(this.#pve, vmid))?.running !== true) {
      await needQuorum(this.#pve, `start ${name}`);
      await runTask(this.#pve, {
        path: `/nodes/{node}/${kind}/{vmid}/status/start`,
        parameters: { node, vmid },
        what: `The start of ${name}`,
      });
    }
    await this.#answers(loss, node);
  }

  /** Waits until the guest's agent answers, where it has one; else until it runs. */
  async #answers({ guest, vmid, kind, name }: Loss, node: string): Promise<void> {
    const agent = textIn(valueIn(guest.file)?.config.agent);
    if (kind === "lxc" || !/(?:^|enabled=)1/.test(agent)) return;
    const began = this.#clock.monotonic();
    for (;;) {
      try {
        await this.#pve.request("POST", "/nodes/{node}/qemu/{vmid}/agent/ping", { node, vmid });
        return;
      } catch (error) {
        if (!(error instanceof PveError)) throw error;
        if (this.#clock.monotonic() - began > bootPatienceMs)
          throw new Halted(`${name} runs on ${node}, and its agent has not answered for 30 min: ${error.reason}`);
      }
      await this.#clock.sleep(agentLookMs);
    }
  }
}
