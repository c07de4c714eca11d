/** Why a host takes nothing in. What is there may stay or leave, but from an offline host nothing can leave running. */
export type Standing = "draining" | "maintenance" | "offline";

/** What can take items in. Counts and bytes are whole numbers, zero or more. */
export interface Host {
  readonly name: string;
  /** Bytes of memory for items in all, after the host's own reserve: what runs there now is not taken off. */
  readonly memoryBytes: number;
  /** Virtual CPUs for items in all, overcommit counted in; absent: no limit. */
  readonly vcpuLimit?: number;
  /** How many of each kind of device the host has for items in all. */
  readonly devices: Readonly<Record<string, number>>;
  /** Bytes of each local storage for the items' disks in all; a storage that is not named is not there. */
  readonly storages?: Readonly<Record<string, number>>;
  /** Absent: it takes items in. */
  readonly standing?: Standing;
  /** Bytes of memory that it has, its reserve too: what measured memory is held against. Absent: `memoryBytes`. */
  readonly memoryTotalBytes?: number;
  /** Threads, which measured CPU is held against. Where one host's are not known, CPU is left out of the load of all. */
  readonly cores?: number;
  /** What the host itself uses, as measured. Absent: nothing. */
  readonly own?: Use;
  /** Bits per second of the link that migrations take. Absent: as fast as the fastest. */
  readonly linkBitsPerSecond?: number;
}

/** Measured use: busy cores, as a fraction where it is one, and bytes of memory. */
export interface Use {
  readonly cpu: number;
  readonly memoryBytes: number;
}

/** What has to run somewhere: a guest, as placement sees it. */
export interface Item {
  readonly name: string;
  readonly memoryBytes: number;
  readonly vcpus: number;
  /** The host where it is now. Absent, or no host of the problem: it weighs on nothing and the loss of a host does not touch it. */
  readonly host?: string;
  /** How many of each kind of device it takes. */
  readonly devices: Readonly<Record<string, number>>;
  /** Hosts where it may arrive (disks within reach, VLANs, pins); absent: all. Where it is now it may always stay. */
  readonly allowed?: readonly string[];
  /** Bytes it takes on local storages of the host where it is. */
  readonly disks?: readonly { readonly storage: string; readonly bytes: number }[];
  /** Items with which it may not share a host; one side naming the other is enough. */
  readonly apartFrom?: readonly string[];
  /** Items with which it must share a host; one side naming the other is enough, and it reaches on from item to item. */
  readonly togetherWith?: readonly string[];
  /** Hosts that it would rather be on: a wish. */
  readonly prefers?: readonly string[];
  /** Items that it would rather not share a host with: a wish; one side naming the other is enough. */
  readonly ratherApartFrom?: readonly string[];
  /** Items that it would rather share a host with: a wish; one side naming the other is enough. */
  readonly ratherWith?: readonly string[];
  /** What it uses, as measured. Absent: taken as all that it was given. */
  readonly used?: Use;
  /** How it moves. Absent: live, which copies its memory and its local disks; by restart it stops and copies its disks. */
  readonly movesBy?: "live" | "restart";
  /** What becomes of it when its host is drained. Absent: it moves. */
  readonly onDrain?: "move" | "stop";
  /** `true`: rearranging leaves it where it is. The loss of its host still moves it. */
  readonly settled?: boolean;
  readonly onLoss: "restart" | "stop";
}

/** Hosts and items by unique name. The order of either never changes an answer. */
export interface Problem {
  readonly hosts: readonly Host[];
  readonly items: readonly Item[];
  /** Most moves that may be under way at once on the link of any one host. Absent: 1. */
  readonly movesPerLink?: number;
  /**
   * That the loss of any one host could be absorbed still, where it could before: wished for in the end, held in the end
   * as a rule, or held after every step on the way too. Absent: not asked.
   */
  readonly absorbs?: "always" | "rule" | "wish";
}

/** How long to search when neither a placement nor a short proof was found. */
export interface Budget {
  /** Steps at most: one is about one look at one item on one host. The same steps end at the same place on every machine. */
  readonly steps: number;
  /** Asked now and then during the search; `true` ends it. Whoever passes one may get a different answer each time. */
  readonly shouldStop?: () => boolean;
}

/** Steps that give a good plan of moves: some 300 ms for 500 items on an idle machine, and in proportion above. */
export const usualSteps = ({ items }: Problem): number => Math.max(2_000_000, 4_000 * items.length);

/** Compares two names by code unit, so that an order is the same in every locale. */
export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  compareNames(a.name, b.name);

export const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
