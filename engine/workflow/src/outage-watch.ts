import { agentEnabled, type Guest, type World } from "@orrery/twin-world";
import { guestName } from "./guest-name.ts";

/** From when a guest no longer did its work until it did again. */
export type Outage = {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly at: number;
  /** When it was back, and where. */
  readonly back?: { readonly at: number; readonly node: string };
  /** The moment that its data shows, where it did not come back with its own. */
  readonly dataAt?: number;
};

type Open = { outage: Omit<Outage, "back" | "dataAt">; nodeLost: boolean };

/** When a running guest does its work: booted, and its agent answering where it has one. Infinity where it does not run. */
const worksFrom = (world: World, guest: Guest): number => {
  if (guest.run.kind !== "running" || world.nodes[guest.node]?.state.kind !== "online") return Number.POSITIVE_INFINITY;
  return guest.kind === "qemu" && agentEnabled(guest) && guest.agent === "dead"
    ? Number.POSITIVE_INFINITY
    : guest.run.agentAt;
};

/** Watches the guests that ran at the beginning, and those that came later. */
export class OutageWatch {
  readonly #world: World;
  readonly #up = new Map<number, { name: string; node: string }>();
  readonly #open = new Map<number, Open>();
  readonly #closed: Outage[] = [];
  readonly #restores = new Map<number, number>();
  readonly #lastSync = new Map<number, Map<string, number>>();
  #moved = false;

  constructor(world: World) {
    this.#world = world;
    this.look();
    this.#moved = false;
  }

  /** A guest is being restored from a copy of that moment. */
  restoring(vmid: number, dataAt: number): void {
    this.#restores.set(vmid, dataAt);
  }

  /** Whether a guest began or ceased to run, or moved, since this was asked last. */
  takeMoved(): boolean {
    const moved = this.#moved;
    this.#moved = false;
    return moved;
  }

  get open(): number {
    return this.#open.size;
  }

  /** Those who are down and boot: the last of them works from then on. */
  get bootsUntil(): number {
    let last = 0;
    for (const vmid of this.#open.keys()) {
      const guest = this.#world.guests[vmid];
      const from = guest === undefined ? Number.POSITIVE_INFINITY : worksFrom(this.#world, guest);
      if (Number.isFinite(from)) last = Math.max(last, from);
    }
    return last;
  }

  look(): void {
    const world = this.#world;
    const { now } = world;
    for (const key in world.guests) {
      const guest = world.guests[key];
      if (guest === undefined) continue;
      const from = worksFrom(world, guest);
      const open = this.#open.get(guest.vmid);
      const up = this.#up.get(guest.vmid);
      if (from <= now) {
        if (open !== undefined) this.#close(guest, open, from);
        if (up?.node !== guest.node) {
          this.#up.set(guest.vmid, { name: guestName(world, guest.vmid) ?? key, node: guest.node });
          this.#moved = true;
        }
      } else if (up !== undefined) {
        this.#up.delete(guest.vmid);
        this.#moved = true;
        const nodeLost = world.nodes[up.node]?.state.kind !== "online";
        this.#open.set(guest.vmid, { outage: { vmid: guest.vmid, ...up, at: now }, nodeLost });
        this.#noteSyncs(guest);
      }
    }
    for (const [vmid, up] of this.#up)
      if (world.guests[vmid] === undefined) {
        this.#up.delete(vmid);
        this.#moved = true;
        this.#open.set(vmid, { outage: { vmid, ...up, at: now }, nodeLost: false });
      }
  }

  all(): Outage[] {
    return [...this.#closed, ...[...this.#open.values()].map(({ outage }) => outage)];
  }

  /** Replication turns round once the guest runs elsewhere: what each replica shows is remembered from before. */
  #noteSyncs({ vmid }: Guest): void {
    const { replication, replicationState } = this.#world.jobs;
    const syncs = new Map<string, number>();
    for (const id in replication) {
      const job = replication[id];
      if (Number(job?.options.guest) !== vmid) continue;
      const target = `${job?.options.target ?? ""}`;
      syncs.set(target, Math.max(syncs.get(target) ?? 0, replicationState[id]?.lastSync ?? 0));
    }
    this.#lastSync.set(vmid, syncs);
  }

  #close(guest: Guest, { outage, nodeLost }: Open, at: number): void {
    this.#open.delete(guest.vmid);
    const restore = this.#restores.get(guest.vmid);
    this.#restores.delete(guest.vmid);
    // A node that lives sends what has changed since.
    const replica = nodeLost ? this.#lastSync.get(guest.vmid)?.get(guest.node) : undefined;
    const dataAt = restore ?? (replica === 0 ? undefined : replica);
    this.#closed.push({
      ...outage,
      back: { at: Math.max(at, outage.at), node: guest.node },
      ...(dataAt === undefined ? {} : { dataAt }),
    });
  }
}
