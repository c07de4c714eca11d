import { type Board, weightsOf } from "./board.ts";
import { at } from "./table.ts";

/**
 * Makes room for what was left over by moving what was placed: clears a host of the least that will do and finds
 * another host for each; where that fails, changes places with something lighter and goes on with that. Works on
 * the board itself and ends when all is placed, when nothing helps, or when the steps are spent.
 */
export const repair = (board: Board, maxSteps: number): void => {
  const weights = weightsOf(board.packing);
  const until = board.steps + maxSteps;
  const byWeight = (a: number, b: number): number => at(weights, b) - at(weights, a) || a - b;
  const waiting = board.unplaced().sort(byWeight);
  for (let bundle = waiting.shift(); bundle !== undefined; bundle = waiting.shift()) {
    if (board.steps > until) return;
    if (placeDirectly(board, bundle) || placeByClearing(board, bundle, weights)) continue;
    const lighter = placeBySwap(board, bundle, weights);
    if (lighter < 0) return;
    waiting.push(lighter);
    waiting.sort(byWeight);
  }
};

/** Brings every bundle that has a home and is not there back, where it fits after all. */
export const returnHome = (board: Board): void => {
  let moved = true;
  while (moved) {
    moved = false;
    for (const [bundle, home] of board.packing.home.entries()) {
      const host = at(board.on, bundle);
      if (home < 0 || host === home) continue;
      board.lift(bundle);
      const back = board.takes(bundle, home);
      board.put(bundle, back ? home : host);
      moved ||= back;
    }
  }
};

const placeDirectly = (board: Board, bundle: number, except = -1): boolean => {
  for (let host = 0; host < board.packing.hostCount; host++) {
    if (host === except || !board.takes(bundle, host)) continue;
    board.put(bundle, host);
    return true;
  }
  return false;
};

const isOpen = (board: Board, bundle: number, host: number): boolean =>
  board.packing.open[bundle * board.packing.hostCount + host] === 1;

const placedOn = (board: Board, host: number, weights: Float64Array): number[] => {
  const placed: number[] = [];
  board.on.forEach((where, bundle) => {
    if (where === host) placed.push(bundle);
  });
  return placed.sort((a, b) => at(weights, a) - at(weights, b) || a - b);
};

/**
 * Lifts one from a host, else two, else four neighbours by weight, until the bundle fits, then places each lifted
 * one elsewhere, or undoes it. One at a time comes first, since everything that moves is a move that someone makes.
 */
const placeByClearing = (board: Board, bundle: number, weights: Float64Array): boolean => {
  const open = Array.from({ length: board.packing.hostCount }, (_, host) => host).filter((host) =>
    isOpen(board, bundle, host),
  );
  const placed = open.map((host) => ({ host, bundles: placedOn(board, host, weights) }));
  for (const most of [1, 2, 4])
    for (const { host, bundles } of placed)
      for (let start = 0; start + most <= bundles.length; start++)
        if (clearFrom(board, bundle, host, bundles.slice(start, start + most))) return true;
  return false;
};

const clearFrom = (board: Board, bundle: number, host: number, candidates: readonly number[]): boolean => {
  const lifted: number[] = [];
  for (const candidate of candidates) {
    if (board.takes(bundle, host)) break;
    board.lift(candidate);
    lifted.push(candidate);
  }
  if (board.takes(bundle, host)) {
    board.put(bundle, host);
    const rehoused: number[] = [];
    for (const candidate of [...lifted].reverse()) {
      if (!placeDirectly(board, candidate, host)) break;
      rehoused.push(candidate);
    }
    if (rehoused.length === lifted.length) return true;
    for (const candidate of rehoused) board.lift(candidate);
    board.lift(bundle);
  }
  for (const candidate of lifted) board.put(candidate, host);
  return false;
};

/** Takes the place of the lightest bundle whose place will do and that is lighter than this one; answers it, or -1. */
const placeBySwap = (board: Board, bundle: number, weights: Float64Array): number => {
  let best = -1;
  for (const [other, host] of board.on.entries()) {
    if (host < 0 || at(weights, other) >= at(weights, bundle) || !isOpen(board, bundle, host)) continue;
    if (best >= 0 && at(weights, other) >= at(weights, best)) continue;
    board.lift(other);
    if (board.takes(bundle, host)) best = other;
    board.put(other, host);
  }
  if (best < 0) return -1;
  const host = at(board.on, best);
  board.lift(best);
  board.put(bundle, host);
  return best;
};
