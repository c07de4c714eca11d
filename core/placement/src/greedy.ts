import { Board, weightsOf, worthOf } from "./board.ts";
import type { Packing } from "./packing.ts";
import { at } from "./table.ts";

/**
 * Places bundles one after the other, in several orders: spread first, since that is the answer that people like
 * best, then tight. Answers the first board that is full, or the one that came nearest.
 */
export const greedy = (packing: Packing): Board => {
  const worth = worthOf(packing);
  const weights = weightsOf(packing);
  const choices = choicesOf(packing);
  const byWeight = (a: number, b: number): number => at(weights, b) - at(weights, a) || a - b;
  const byChoice = (a: number, b: number): number => at(choices, a) - at(choices, b) || byWeight(a, b);
  const byMemory = (a: number, b: number): number => memory(packing, b) - memory(packing, a) || byWeight(a, b);
  let best: Board | undefined;
  let bestLeft = Number.POSITIVE_INFINITY;
  for (const [order, sign] of [
    [byChoice, 1],
    [byWeight, 1],
    [byChoice, -1],
    [byWeight, -1],
    [byMemory, -1],
  ] as const) {
    const board = new Board(packing);
    settle(board);
    let left = 0;
    for (const bundle of board.unplaced().sort(order)) {
      const host = hostFor(board, bundle, worth, sign);
      if (host >= 0) board.put(bundle, host);
      else left += 1 + at(weights, bundle);
    }
    if (left === 0) return board;
    if (left < bestLeft) [best, bestLeft] = [board, left];
  }
  return best ?? new Board(packing);
};

/** Past this many rounds another has not been seen to help. */
const mostRounds = 50;

/**
 * Places again and again, each time beginning earlier with what found no place the last time, tight and spread in
 * turn. Hands each try that falls short to `finish`; answers the first board that is full, or undefined.
 */
export const insist = (
  packing: Packing,
  maxSteps: number,
  finish: (board: Board) => void,
): { board: Board | undefined; steps: number } => {
  const worth = worthOf(packing);
  const urgency = weightsOf(packing);
  const heaviest = Math.max(...urgency);
  let steps = 0;
  for (let round = 0; round < mostRounds && steps < maxSteps; round++) {
    const board = new Board(packing);
    settle(board);
    const order = board.unplaced().sort((a, b) => at(urgency, b) - at(urgency, a) || a - b);
    for (const bundle of order) {
      const host = hostFor(board, bundle, worth, round % 4 === 3 ? 1 : -1);
      if (host >= 0) board.put(bundle, host);
    }
    const left = board.unplaced();
    if (left.length > 0) finish(board);
    steps += board.steps;
    if (board.unplaced().length === 0) return { board, steps };
    for (const bundle of left) urgency[bundle] = at(urgency, bundle) + heaviest / 3;
  }
  return { board: undefined, steps };
};

/** Everyone who may stay, stays. */
const settle = (board: Board): void => {
  board.packing.home.forEach((host, bundle) => {
    if (host >= 0) board.put(bundle, host);
  });
};

/** The open host that is left with the most room (`sign` 1) or the least (-1), or -1 where none takes the bundle. */
const hostFor = (board: Board, bundle: number, worth: Float64Array, sign: 1 | -1): number => {
  const { hostCount, resources } = board.packing;
  let best = -1;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let host = 0; host < hostCount; host++) {
    if (!board.takes(bundle, host)) continue;
    const score = sign * roomLeft(board, host, worth, resources.length);
    if (score > bestScore) [best, bestScore] = [host, score];
  }
  return best;
};

export const roomLeft = (
  board: { readonly room: Float64Array },
  host: number,
  worth: Float64Array,
  width: number,
): number => {
  let left = 0;
  for (let r = 0; r < width; r++) if (at(worth, r) > 0) left += at(board.room, host * width + r) * at(worth, r);
  return left;
};

const memory = (packing: Packing, bundle: number): number => at(packing.demand, bundle * packing.resources.length);

const choicesOf = (packing: Packing): Int32Array => {
  const { hostCount, open } = packing;
  return Int32Array.from({ length: packing.bundles.length }, (_, b) => {
    let count = 0;
    for (let h = 0; h < hostCount; h++) count += at(open, b * hostCount + h);
    return count;
  });
};
