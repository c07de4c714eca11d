import type { MovePlan } from "./move-plan.ts";
import type { Problem } from "./problem.ts";

/** What a plan's moves take. */
export interface MoveCost {
  readonly moves: number;
  readonly steps: number;
  /** Guests that stop on the way. */
  readonly restarts: number;
  /** Bytes of memory and local disks, guests that move twice counted twice. */
  readonly bytes: number;
  /** On the links alone, those of a step sharing them and steps one after the other. Absent where the speed of no link is known. */
  readonly seconds?: number;
}

export const costOf = ({ hosts }: Problem, { steps }: MovePlan & { readonly kind: "moves" }): MoveCost => {
  const moves = steps.flatMap((step) => step.moves);
  const fastest = Math.max(0, ...hosts.map(({ linkBitsPerSecond = 0 }) => linkBitsPerSecond));
  const speeds = new Map(hosts.map(({ name, linkBitsPerSecond }) => [name, linkBitsPerSecond ?? fastest]));
  const seconds = steps.reduce((sum, step) => {
    const bits = new Map<string, number>();
    let longest = 0;
    for (const { from, to, bytes, seconds: alone = 0 } of step.moves) {
      longest = Math.max(longest, alone);
      for (const host of from === undefined ? [] : [from, to]) bits.set(host, (bits.get(host) ?? 0) + bytes * 8);
    }
    return sum + Math.max(longest, ...[...bits].map(([host, all]) => all / (speeds.get(host) ?? fastest)));
  }, 0);
  return {
    moves: moves.length,
    steps: steps.length,
    restarts: moves.filter(({ by }) => by === "restart").length,
    bytes: moves.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(fastest > 0 ? { seconds } : {}),
  };
};
