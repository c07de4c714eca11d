import { Layout } from "./layout.ts";
import { type Scene, spreadWeight } from "./scene.ts";
import { at } from "./table.ts";

/** A mixed-integer linear program to minimise, as solvers take it: rows in compressed form. Pure data; it survives a trip to a worker. */
export interface LinearModel {
  /** [column] */
  readonly cost: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** 1 where the column takes whole numbers only. */
  readonly integer: Int32Array;
  /** [row] */
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** [row]: where its entries begin; one more than there are rows. */
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  /** Added to every solution's cost: points that nothing changes. */
  readonly offset: number;
}

export interface Modelled {
  readonly model: LinearModel;
  /** The columns' values of a layout of the scene. */
  readonly valuesOf: (on: Int32Array) => Float64Array;
  /** The host of each bundle by the columns' values. */
  readonly layoutOf: (values: ArrayLike<number>) => Int32Array;
}

/** Loads over this are no solution's. */
const mostPercent = 1e6;

/**
 * Where every bundle ends, as a linear program with the very points of `weights`: a column of 0 or 1 for each bundle and
 * host, two for each measure's highest and lowest load, one for each wish between two bundles. Rooms that are overfull
 * at first are as wide as what they held, so the least cost is a lower bound for every end; whether an end keeps to
 * what may arrive there is for the caller to check.
 */
export const modelOf = (scene: Scene): Modelled => {
  const rows = new Rows();
  const { hostCount, bundles, movable, home, barred, open } = scene;
  const cost: number[] = [];
  const upper: number[] = [];
  const integer: number[] = [];
  const column = (points: number, most: number, whole: 0 | 1): number => {
    upper.push(most);
    integer.push(whole);
    return cost.push(points) - 1;
  };
  const isFree = (b: number): boolean => at(movable, b) === 1;
  const chosen = new Int32Array(bundles.length * hostCount).fill(-1);
  let offset = 0;
  bundles.forEach((_, b) => {
    if (!isFree(b)) {
      offset += at(scene.stayCost, b * hostCount + at(home, b));
      return;
    }
    const own: number[] = [];
    for (let h = 0; h < hostCount; h++) {
      const k = b * hostCount + h;
      if (barred[k] === 1 || at(open, h) === 0 || isBarredByFixed(scene, b, h)) continue;
      chosen[k] = column(at(scene.stayCost, k) + at(scene.moveCost, k), 1, 1);
      own.push(at(chosen, k));
    }
    rows.add(
      own.map((c) => [c, 1]),
      1,
      1,
    );
  });
  const entry = (b: number, h: number, value: number): [number, number][] => {
    const c = at(chosen, b * hostCount + h);
    return c < 0 ? [] : [[c, value]];
  };
  /** 1 or 0 where it is settled that the bundle is there, else undefined. */
  const settled = (b: number, h: number): number | undefined => {
    if (!isFree(b)) return at(home, b) === h ? 1 : 0;
    return at(chosen, b * hostCount + h) < 0 ? 0 : undefined;
  };
  addRooms(scene, rows, entry);
  const edges = scene.measures.map((measure) => ({
    top: column(spreadWeight[measure], mostPercent, 0),
    bottom: column(-spreadWeight[measure], mostPercent, 0),
  }));
  addLoads(scene, rows, entry, edges);
  const relations: { readonly b: number; readonly c: number; readonly when: "share" | "split"; readonly at: number }[] =
    [];
  bundles.forEach((_, b) => {
    for (const other of scene.apart[b] ?? []) {
      if (other < b || !isFree(b) || !isFree(other)) continue;
      for (let h = 0; h < hostCount; h++) {
        if (at(home, b) === h && at(home, other) === h) continue;
        const both = [...entry(b, h, 1), ...entry(other, h, 1)];
        if (both.length === 2) rows.add(both, Number.NEGATIVE_INFINITY, 1);
      }
    }
    for (const { other, when, points } of scene.relations[b] ?? []) {
      if (other < b) continue;
      if (!isFree(b) && !isFree(other)) {
        if ((at(home, b) === at(home, other)) === (when === "share")) offset += points;
        continue;
      }
      const flag = column(points, 1, 0);
      relations.push({ b, c: other, when, at: flag });
      for (let h = 0; h < hostCount; h++) {
        // share: flag >= there + there - 1; split: flag >= there - elsewhere.
        const sign = when === "share" ? 1 : -1;
        const [first, second] = [settled(b, h), settled(other, h)];
        const known = (first ?? 0) + sign * (second ?? 0);
        const least = known - (when === "share" ? 1 : 0);
        rows.add([[flag, 1], ...entry(b, h, -1), ...entry(other, h, -sign)], least, Number.POSITIVE_INFINITY);
      }
    }
  });
  const model: LinearModel = {
    cost: Float64Array.from(cost),
    lower: new Float64Array(cost.length),
    upper: Float64Array.from(upper),
    integer: Int32Array.from(integer),
    ...rows.packed(),
    offset,
  };
  return {
    model,
    valuesOf: (on) => {
      const values = new Float64Array(cost.length);
      on.forEach((host, b) => {
        const c = host < 0 ? -1 : at(chosen, b * hostCount + host);
        if (c >= 0) values[c] = 1;
      });
      const layout = new Layout(scene, on);
      edges.forEach(({ top, bottom }, d) => {
        const loads = [...open.keys()]
          .filter((h) => open[h] === 1)
          .map((h) => at(layout.percent, h * edges.length + d));
        values[top] = Math.max(0, ...loads);
        values[bottom] = Math.min(mostPercent, ...loads);
      });
      for (const { b, c, when, at: flag } of relations)
        values[flag] = (at(on, b) === at(on, c)) === (when === "share") ? 1 : 0;
      return values;
    },
    layoutOf: (values) =>
      Int32Array.from(bundles, (_, b) => {
        let best = isFree(b) ? -1 : at(home, b);
        let most = 0.5;
        for (let h = 0; h < hostCount; h++) {
          const c = at(chosen, b * hostCount + h);
          if (c < 0 || (values[c] ?? 0) <= most) continue;
          best = h;
          most = values[c] ?? 0;
        }
        return best;
      }),
  };
};

const isBarredByFixed = (scene: Scene, b: number, h: number): boolean =>
  at(scene.home, b) !== h &&
  (scene.apart[b] ?? []).some((other) => at(scene.movable, other) === 0 && at(scene.home, other) === h);

type Entry = (b: number, h: number, value: number) => [number, number][];

const addRooms = (scene: Scene, rows: Rows, entry: Entry): void => {
  const { width, hostCount, table, demand, bundles, home, movable, open } = scene;
  for (let h = 0; h < hostCount; h++) {
    if (at(open, h) === 0) continue;
    for (let r = 0; r < width; r++) {
      const capacity = at(table.capacity, h * width + r);
      if (!Number.isFinite(capacity)) continue;
      let fixed = 0;
      let begun = 0;
      bundles.forEach((_, b) => {
        if (at(home, b) !== h) return;
        begun += at(demand, b * width + r);
        if (at(movable, b) === 0) fixed += at(demand, b * width + r);
      });
      const room = Math.max(capacity, begun) - fixed;
      // In parts of the room, so that bytes and devices are numbers of one size.
      const scale = Math.max(1, room);
      const entries = bundles.flatMap((_, b) => {
        const needs = at(demand, b * width + r);
        return needs === 0 ? [] : entry(b, h, needs / scale);
      });
      if (entries.length > 0) rows.add(entries, Number.NEGATIVE_INFINITY, room / scale);
    }
  }
};

const addLoads = (
  scene: Scene,
  rows: Rows,
  entry: Entry,
  edges: readonly { readonly top: number; readonly bottom: number }[],
): void => {
  const depth = scene.measures.length;
  for (let h = 0; h < scene.hostCount; h++) {
    if (at(scene.open, h) === 0) continue;
    edges.forEach(({ top, bottom }, d) => {
      const k = h * depth + d;
      const percent = (use: number): number => (100 * use) / at(scene.full, k);
      let fixed = percent(at(scene.own, k));
      const entries = scene.bundles.flatMap((_, b) => {
        const use = at(scene.use, b * depth + d);
        if (at(scene.movable, b) === 0 && at(scene.home, b) === h) fixed += percent(use);
        return use === 0 ? [] : entry(b, h, percent(use));
      });
      rows.add([...entries, [top, -1]], Number.NEGATIVE_INFINITY, -fixed);
      rows.add([...entries, [bottom, -1]], -fixed, Number.POSITIVE_INFINITY);
    });
  }
};

class Rows {
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #starts: number[] = [0];
  readonly #indices: number[] = [];
  readonly #values: number[] = [];

  add(entries: readonly (readonly [number, number])[], lower: number, upper: number): void {
    for (const [index, value] of entries) {
      this.#indices.push(index);
      this.#values.push(value);
    }
    this.#starts.push(this.#indices.length);
    this.#lower.push(lower);
    this.#upper.push(upper);
  }

  packed(): Pick<LinearModel, "rowLower" | "rowUpper" | "starts" | "indices" | "values"> {
    return {
      rowLower: Float64Array.from(this.#lower),
      rowUpper: Float64Array.from(this.#upper),
      starts: Int32Array.from(this.#starts),
      indices: Int32Array.from(this.#indices),
      values: Float64Array.from(this.#values),
    };
  }
}
