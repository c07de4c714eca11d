import type { Fullness } from "./figures.ts";
import { Layout } from "./layout.ts";
import type { Because, PlannedMove, PlanStep } from "./move-plan.ts";
import { bytesToCopy, linkBetween, measuredUse, type Scene } from "./scene.ts";
import { at } from "./table.ts";
import type { Hop } from "./traffic.ts";

/** Says of each move why this guest and why that host, weighed in the end that the moves lead to. */
export const explained = (scene: Scene, on: Int32Array, steps: readonly (readonly Hop[])[]): PlanStep[] => {
  const end = new Layout(scene, on);
  const reasons = new Map<number, Reason>();
  const last = new Map<number, Hop>();
  for (const hop of steps.flat()) last.set(hop.item, hop);
  const reasonOf = (bundle: number): Reason => {
    const known = reasons.get(bundle);
    if (known !== undefined) return known;
    const found = reasonFor(end, bundle);
    reasons.set(bundle, found);
    return found;
  };
  const way = new Way(scene);
  return steps.map((hops) => ({
    moves: hops.map((hop): PlannedMove => {
      const isLast = last.get(hop.item) === hop;
      const reason: Reason = isLast ? reasonOf(hop.bundle) : { because: { kind: "parks" } };
      const name = (host: number): string => scene.table.hosts[host]?.name ?? "";
      const link = hop.from < 0 ? undefined : linkBetween(scene.table, hop.from, hop.to);
      const bytes = bytesToCopy(scene.table, hop.item);
      const item = scene.table.items[hop.item];
      return {
        item: item?.name ?? "",
        ...(hop.from < 0 ? {} : { from: name(hop.from) }),
        to: name(hop.to),
        by: hop.from < 0 ? "start" : (item?.movesBy ?? "live"),
        bytes: hop.from < 0 ? 0 : bytes,
        ...(link === undefined ? {} : { seconds: (bytes * 8) / link }),
        ...reason,
        figures: way.take(hop),
      };
    }),
  }));
};

type Reason = Pick<PlannedMove, "because" | "runnerUp">;

const reasonFor = (end: Layout, bundle: number): Reason => {
  const { scene } = end;
  const host = at(end.on, bundle);
  const home = at(scene.home, bundle);
  const points = end.points();
  const pointsOn = (other: number): number => {
    end.move(bundle, other);
    const found = end.points();
    end.move(bundle, host);
    return found;
  };
  let runnerUp: { host: string; worse: number } | undefined;
  for (let other = 0; other < scene.hostCount; other++) {
    if (other === host || other === home || at(scene.open, other) === 0 || !end.takes(bundle, other)) continue;
    const worse = pointsOn(other) - points;
    if (runnerUp === undefined || worse < runnerUp.worse)
      runnerUp = { host: scene.table.hosts[other]?.name ?? "", worse };
  }
  return {
    because: becauseOf(end, bundle, () => pointsOn(home) - points),
    ...(runnerUp === undefined ? {} : { runnerUp }),
  };
};

const becauseOf = (end: Layout, bundle: number, gain: () => number): Because => {
  const { scene } = end;
  const home = at(scene.home, bundle);
  if (home === at(end.on, bundle)) return { kind: "returns" };
  if (at(scene.mustMove, bundle) === 1)
    return (scene.bundles[bundle] ?? []).every((item) => at(scene.table.home, item) < 0)
      ? { kind: "starts" }
      : { kind: "leaves" };
  return scene.mustMove.includes(1) ? { kind: "makes-room" } : { kind: "gains", points: gain() };
};

/** How full hosts are as the moves are done one after the other. */
class Way {
  readonly #scene: Scene;
  readonly #percent: Float64Array;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#percent = Float64Array.from(scene.own, (own, k) => (100 * own) / at(scene.full, k));
    for (const item of scene.bundles.flat()) this.#add(item, at(scene.table.home, item), 1);
  }

  take({ item, from, to }: Hop): PlannedMove["figures"] {
    const before = [from, to].map((host) => this.#at(host));
    this.#add(item, from, -1);
    this.#add(item, to, 1);
    const [left, reached] = [from, to].map((host, i) => ({
      before: before[i] ?? this.#at(host),
      after: this.#at(host),
    }));
    if (reached === undefined || left === undefined) throw new Error("A way has two ends");
    return from < 0 ? { to: reached } : { from: left, to: reached };
  }

  #at(host: number): Fullness {
    const [memory = 0, cpu] = this.#scene.measures.map((_, d) =>
      at(this.#percent, host * this.#scene.measures.length + d),
    );
    return cpu === undefined ? { memory } : { memory, cpu };
  }

  #add(item: number, host: number, sign: 1 | -1): void {
    if (host < 0) return;
    const depth = this.#scene.measures.length;
    this.#scene.measures.forEach((measure, d) => {
      const k = host * depth + d;
      const use = measuredUse(this.#scene.table, item, measure);
      this.#percent[k] = at(this.#percent, k) + (sign * 100 * use) / at(this.#scene.full, k);
    });
  }
}
