import type { Api } from "../../api/client.ts";

type Alert = Api<"Alert">;

/** Since when until when something fired; one that fires still has no end. Epoch milliseconds. */
type Spell = { readonly from: number; readonly until?: number };

/** An alert over a stretch of time: when it fired, the oldest first, and what it was when it was seen last. */
export type Course = { readonly alert: Alert; readonly spells: readonly Spell[] };

const gravity: Readonly<Record<Alert["severity"], number>> = { critical: 0, warning: 1, info: 2, none: 3 };

const spellsOf = (moves: readonly Api<"AlertMove">[], from: number): Spell[] => {
  const spells: Spell[] = [];
  let began: number | undefined;
  for (const { at, to, alert } of moves) {
    if (to === "firing") began = at;
    else if (to === "resolved") {
      spells.push({ from: began ?? alert.fired ?? from, until: at });
      began = undefined;
    }
  }
  if (began !== undefined) spells.push({ from: began });
  return spells;
};

/**
 * When each alert fired in a stretch that begins at `from`, the gravest first, of those the one that fired last. Alerts
 * that fire throughout make no move in it: `now` has them.
 */
export const coursesOf = (
  moves: readonly Api<"AlertMove">[],
  now: readonly Alert[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly Course[] => {
  const byAlert = Map.groupBy(
    moves.toSorted((one, other) => one.at - other.at),
    ({ alert }) => alert.id,
  );
  const moved = [...byAlert.values()].flatMap((those) => {
    const last = those.at(-1);
    const spells = spellsOf(those, from);
    return last === undefined || spells.length === 0 ? [] : [{ alert: last.alert, spells }];
  });
  const throughout = now
    .filter(({ id, state, fired }) => state === "firing" && fired !== undefined && fired <= to && !byAlert.has(id))
    .map((alert) => ({ alert, spells: [{ from: alert.fired ?? from }] }));
  const last = ({ spells }: Course): number => spells.at(-1)?.from ?? 0;
  return [...moved, ...throughout]
    .filter(({ alert }) => alert.severity !== "none")
    .toSorted((one, other) => gravity[one.alert.severity] - gravity[other.alert.severity] || last(other) - last(one));
};

/** For how long it fired between two moments. Milliseconds. */
export const firedFor = ({ spells }: Course, { from, to }: { readonly from: number; readonly to: number }): number =>
  spells.reduce((sum, one) => sum + Math.max(0, Math.min(one.until ?? to, to) - Math.max(one.from, from)), 0);
