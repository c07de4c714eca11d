import type { GuestKind } from "@orrery/state";
import type { MovePlan } from "../move-plan.ts";
import { moveText } from "../move-text.ts";
import type { Derived } from "./derived.ts";

/** One move as whoever carries it out needs it: plain data that survives a trip. */
export interface MoveOrder {
  /** `move 1`: by its place in the plan. */
  readonly id: string;
  /** Absent of a guest that is declared and not there yet. */
  readonly vmid?: number;
  readonly guest: string;
  readonly kind: GuestKind;
  /** Absent of a guest that starts. */
  readonly from?: string;
  readonly to: string;
  readonly by: "live" | "restart" | "start";
  /** Whether disks of its node are copied with it. */
  readonly withLocalDisks: boolean;
  /** Bytes of memory and local disks. */
  readonly bytes: number;
  /** Moves that have to be over before. */
  readonly after: readonly string[];
  /** To show as it is. */
  readonly because: string;
  /** It only makes way, and moves on later. */
  readonly parks?: true;
}

/** The moves of a plan in the order in which they can be done: each waits for all of the step before its own. */
export const moveOrdersOf = (
  { problem, guests }: Derived & { readonly kind: "derived" },
  { steps }: MovePlan & { readonly kind: "moves" },
): MoveOrder[] => {
  const local = new Set(problem.items.filter(({ disks = [] }) => disks.length > 0).map(({ name }) => name));
  let count = 0;
  let before: string[] = [];
  return steps.flatMap(({ moves }) => {
    const after = before;
    before = moves.map(() => `move ${++count}`);
    return moves.map((move, i): MoveOrder => {
      const guest = guests.get(move.item);
      return {
        id: before[i] ?? "",
        ...(guest?.vmid === undefined ? {} : { vmid: guest.vmid }),
        guest: guest?.name ?? move.item,
        kind: guest?.kind ?? "qemu",
        ...(move.from === undefined ? {} : { from: move.from }),
        to: move.to,
        by: move.by,
        withLocalDisks: move.from !== undefined && local.has(move.item),
        bytes: move.bytes,
        after,
        because: moveText(move),
        ...(move.because.kind === "parks" ? { parks: true } : {}),
      };
    });
  });
};
