import type { Refusal } from "./proof.ts";
import { at, type Table } from "./table.ts";

/** Items that move as one, in the setting in which they do. */
export interface Candidate {
  readonly bundle: readonly number[];
  /** Items that stay where they are and whose host these must share. */
  readonly anchors: readonly number[];
  /** [item]: 1 where the question may move it. */
  readonly moving: Uint8Array;
  readonly lost: number;
}

/** Why the host cannot take the bundle, before asking whether there is room enough; undefined where nothing speaks against it. */
export const refusalOf = (
  table: Table,
  { bundle, anchors, moving, lost }: Candidate,
  host: number,
): Refusal | undefined => {
  const name = (item: number): string => table.items[item]?.name ?? "";
  const arrives = (item: number): boolean => at(table.home, item) !== host;
  for (const item of bundle) {
    if (!arrives(item)) continue;
    const bar = table.bars(item, host);
    if (bar !== undefined) return { ...bar, item: name(item) };
  }
  const [first = 0] = bundle;
  for (const anchor of anchors) {
    const on = table.hosts[at(table.home, anchor)]?.name ?? "";
    if (at(table.home, anchor) !== host) return { kind: "together", item: name(first), with: name(anchor), on };
  }
  const members = new Set(bundle);
  for (const item of bundle) {
    for (const other of table.apart[item] ?? []) {
      const there = at(table.home, other) === host;
      const meets = members.has(other) || (there && host !== lost && moving[other] !== 1);
      if (meets && (arrives(item) || !there)) return { kind: "apart", item: name(item), from: name(other) };
    }
  }
  const width = table.resources.length;
  for (const [r, resource] of table.resources.entries()) {
    if (at(table.load, host * width + r) <= at(table.capacity, host * width + r)) continue;
    for (const item of bundle)
      if (arrives(item) && at(table.demand, item * width + r) > 0) return { kind: "over", resource };
  }
  return undefined;
};
