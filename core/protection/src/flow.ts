import type { Seconds } from "@orrery/model";

/** Something that is moved: through which links and disks, and how much. */
export type Flow = {
  readonly id: string;
  readonly bytes: number;
  /** Ids of the links and disks that it passes, each once. */
  readonly through: readonly string[];
  /** The most that it takes alone, bytes/s: one member of a bond, a bandwidth limit. */
  readonly cap?: number;
};

/** Bytes/s that a link or a disk gives in all; what is not in it has no limit that is known. */
export type Capacities = ReadonlyMap<string, number>;

/**
 * The rates of flows that run at once, max-min fair: what shares a link or disk gets equal parts of it, and what cannot
 * take its part (because of another link, or its cap) leaves the rest to the others. Filled step by step: all rates rise
 * together until something is full, whose flows then stay as they are.
 *
 * @returns bytes/s of each flow; Infinity where nothing limits one
 */
export const fairRates = (flows: readonly Flow[], capacities: Capacities): ReadonlyMap<string, number> => {
  const rates = new Map<string, number>();
  const left = new Map<string, number>();
  const users = new Map<string, number>();
  for (const { through } of flows) {
    for (const id of through) {
      const capacity = capacities.get(id);
      if (capacity === undefined) continue;
      left.set(id, capacity);
      users.set(id, (users.get(id) ?? 0) + 1);
    }
  }
  let open = [...flows];
  let level = 0;
  while (open.length > 0) {
    let rise = Number.POSITIVE_INFINITY;
    for (const [id, room] of left) {
      const count = users.get(id) ?? 0;
      if (count > 0) rise = Math.min(rise, room / count);
    }
    for (const { cap } of open) if (cap !== undefined) rise = Math.min(rise, cap - level);
    if (rise === Number.POSITIVE_INFINITY) {
      for (const { id } of open) rates.set(id, rise);
      break;
    }
    rise = Math.max(0, rise);
    level += rise;
    const full = new Set<string>();
    for (const [id, room] of left) {
      const rest = room - rise * (users.get(id) ?? 0);
      left.set(id, rest);
      if (rest <= (capacities.get(id) ?? 0) * 1e-9) full.add(id);
    }
    const still: Flow[] = [];
    for (const flow of open) {
      const capped = flow.cap !== undefined && flow.cap - level <= flow.cap * 1e-9;
      if (!capped && !flow.through.some((id) => full.has(id))) {
        still.push(flow);
        continue;
      }
      rates.set(flow.id, level);
      for (const id of flow.through) if (users.has(id)) users.set(id, (users.get(id) ?? 0) - 1);
    }
    open = still;
  }
  return rates;
};

/** One thing after another in a lane; lanes run side by side. */
export type Lane = { readonly id: string };
export type Job<L extends Lane = Lane> = {
  readonly id: string;
  /** The lanes that it may run in. */
  readonly fits: (lane: L) => boolean;
  readonly flow: (lane: L) => Flow;
  /** After its flow, without a link or a disk: a boot. */
  readonly after: Seconds;
};

export type Packed = {
  /** From the start until the last job is done. */
  readonly makespan: Seconds;
  readonly finished: ReadonlyMap<string, Seconds>;
  /** Jobs that fit no lane. */
  readonly left: readonly string[];
};

type Running<L extends Lane> = {
  readonly job: Job<L>;
  readonly lane: L;
  readonly flow: Flow;
  rest: number;
  rate: number;
};

/**
 * List scheduling: the first job in order that fits goes to whichever lane is free first (lanes in their order), and what
 * flows at once shares links and disks fairly. A lane takes its next job when the flow is done; booting holds up nobody.
 */
export const pack = <L extends Lane>(jobs: readonly Job<L>[], lanes: readonly L[], capacities: Capacities): Packed => {
  const finished = new Map<string, Seconds>();
  const waiting: Job<L>[] = [];
  const left: string[] = [];
  for (const job of jobs) {
    if (lanes.some((lane) => job.fits(lane))) waiting.push(job);
    else left.push(job.id);
  }
  const free = [...lanes];
  const running = new Map<L, Running<L>>();
  /** What ended since rates were last worked out: another flow by the same way takes its rate over. */
  let ended: Running<L>[] = [];
  let begun = false;
  let now = 0;
  const start = (): void => {
    for (let at = 0; at < free.length && waiting.length > 0; ) {
      const lane = free[at];
      if (lane === undefined) return;
      const index = waiting.findIndex((job) => job.fits(lane));
      const job = waiting[index];
      if (job === undefined) {
        at += 1;
        continue;
      }
      waiting.splice(index, 1);
      free.splice(at, 1);
      const flow = job.flow(lane);
      const before = ended.find((one) => one.flow.through === flow.through && one.flow.cap === flow.cap);
      if (before === undefined) begun = true;
      else ended = ended.filter((one) => one !== before);
      running.set(lane, { job, lane, flow, rest: flow.bytes, rate: before?.rate ?? 0 });
    }
  };
  for (start(); running.size > 0; start()) {
    if (begun || ended.length > 0) {
      const rates = fairRates(
        [...running.values()].map(({ flow }) => flow),
        capacities,
      );
      for (const one of running.values()) one.rate = rates.get(one.flow.id) ?? 0;
      ended = [];
      begun = false;
    }
    let step = Number.POSITIVE_INFINITY;
    for (const { rate, rest } of running.values())
      step = Math.min(step, rest <= 0 || rate === Number.POSITIVE_INFINITY ? 0 : rest / rate);
    // A link of no capacity: what waits for it never ends.
    if (step === Number.POSITIVE_INFINITY) break;
    now += step;
    for (const [lane, one] of running) {
      one.rest = one.rate === Number.POSITIVE_INFINITY ? 0 : one.rest - one.rate * step;
      if (one.rest > one.flow.bytes * 1e-9) continue;
      running.delete(lane);
      ended.push(one);
      free.push(lane);
      finished.set(one.job.id, now + one.job.after);
    }
  }
  if (running.size > 0) return { makespan: Number.POSITIVE_INFINITY, finished, left };
  let makespan = 0;
  for (const at of finished.values()) makespan = Math.max(makespan, at);
  return { makespan, finished, left };
};
