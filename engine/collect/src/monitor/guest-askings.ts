import type { GuestKind, Observed, WatchedGuest } from "@orrery/state";
import { type GuestPlace, readBeside, readGuestFile } from "../guest-file.ts";
import { type GuestContext, readFirewall } from "../guest-reading.ts";
import type { Reader } from "../reader.ts";
import { everything } from "../scope.ts";
import { Asking } from "./asking.ts";
import { guestPace } from "./section.ts";
import type { Subjects } from "./subjects.ts";

type Held = { readonly asking: Asking<WatchedGuest>; readonly kind: GuestKind; readonly node: string; mark: string };

export type GuestReading = {
  readonly reader: () => Reader;
  /** The cluster's firewall, which says whether those of guests are in force; undefined where none is wanted. */
  readonly firewall: () => GuestContext["firewall"] | undefined;
};

/** What is asked of each guest. */
export class GuestAskings {
  readonly #given: GuestReading;
  readonly #held = new Map<string, Held>();
  readonly #firewalls = new Set<number>();

  constructor(given: GuestReading) {
    this.#given = given;
  }

  get size(): number {
    return this.#held.size;
  }

  *all(): Generator<Asking<WatchedGuest>> {
    for (const { asking } of this.#held.values()) yield asking;
  }

  *entries(): Generator<readonly [vmid: string, asking: Asking<WatchedGuest>]> {
    for (const [vmid, { asking }] of this.#held) yield [vmid, asking];
  }

  of(vmid: string): Asking<WatchedGuest> | undefined {
    return this.#held.get(vmid)?.asking;
  }

  /** Begins to ask about what is new or elsewhere, and at once about what may have changed; forgets what is gone. */
  follow(guests: Subjects["guests"], now: number): void {
    const there = new Set(guests.map(({ vmid }) => String(vmid)));
    for (const vmid of this.#held.keys()) if (!there.has(vmid)) this.#held.delete(vmid);
    for (const { kind, node, vmid, mark } of guests) {
      const key = String(vmid);
      const known = this.#held.get(key);
      if (known?.kind === kind && known.node === node) {
        if (known.mark !== mark) known.asking.renew(now);
        known.mark = mark;
        continue;
      }
      const asking = this.#asking({ kind, node, vmid }, now);
      if (known?.kind === kind) asking.inherit(known.asking);
      this.#held.set(key, { asking, kind, node, mark });
    }
  }

  /** Reads the firewalls of these too, in force or not. */
  wantFirewalls(vmids: Iterable<number>, now: number): void {
    for (const vmid of vmids) {
      if (this.#firewalls.has(vmid)) continue;
      this.#firewalls.add(vmid);
      this.of(String(vmid))?.renew(now);
    }
  }

  #asking(place: GuestPlace, now: number): Asking<WatchedGuest> {
    const { kind, node, vmid } = place;
    return new Asking(
      { section: "guests", subject: `${kind}/${vmid}`, node, pace: guestPace },
      () => this.#read(place),
      now,
    );
  }

  async #read(place: GuestPlace): Promise<WatchedGuest> {
    const reader = this.#given.reader();
    const at = reader.now();
    const value = await readGuestFile(reader, place);
    const { file, snapshots } = await readBeside(reader, place, { kind: "observed", at, value });
    return { file: file.value, snapshots, firewall: await this.#firewall(reader, place, file) };
  }

  #firewall(
    reader: Reader,
    place: GuestPlace,
    file: Observed<WatchedGuest["file"]>,
  ): Promise<WatchedGuest["firewall"]> {
    const firewall = this.#given.firewall();
    const guestFirewalls = firewall === undefined ? "none" : this.#firewalls.has(place.vmid) ? "all" : "in force";
    const context = {
      scope: { ...everything, guestFirewalls } as const,
      firewall: firewall ?? { kind: "unasked" as const, why: "" },
    };
    return readFirewall(reader, place, context, file);
  }
}
