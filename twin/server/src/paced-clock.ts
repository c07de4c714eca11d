import type { Abort, Clock } from "@orrery/contract";
import { advanceTo, nextEventAt, type World } from "@orrery/twin-world";

/** How fast the world's time passes: times as fast as real time, or `max`: what somebody waits for is there at once. */
export type Speed = number | "max";

type Sleeper = { readonly at: number; readonly wake: () => void };

const maxTimerMs = 1000;
/** Events that pass at a time before others get their turn. */
const burst = 2000;

/**
 * The world's clock in real time. At `max` time goes on as real time does, and besides jumps to the end of running
 * tasks, of moves that HA was asked for, and to the next sleeper, event by event.
 */
export class PacedClock implements Clock {
  readonly world: World;
  readonly #began: number;
  #speed: Speed;
  #anchor: { real: number; world: number };
  #sleepers: Sleeper[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Counts all that has happened by itself: what was computed from the world holds while it stands. */
  #happened = 0;

  constructor(world: World, speed: Speed) {
    this.world = world;
    this.#speed = speed;
    this.#began = world.now;
    this.#anchor = { real: performance.now(), world: world.now };
  }

  get speed(): Speed {
    return this.#speed;
  }

  get happened(): number {
    return this.#happened;
  }

  /** Goes on at another speed from now on. */
  setSpeed(speed: Speed): void {
    this.sync();
    this.#speed = speed;
    this.#anchorHere();
    this.#plan();
  }

  now(): number {
    this.sync();
    return this.world.now;
  }

  monotonic(): number {
    return this.now() - this.#began;
  }

  async sleep(milliseconds: number, abort?: Abort): Promise<void> {
    if (abort?.aborted) throw abort.reason;
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(abort?.reason);
      };
      const sleeper: Sleeper = {
        at: this.now() + Math.max(0, Math.ceil(milliseconds)),
        wake: () => {
          abort?.removeEventListener("abort", stop);
          resolve();
        },
      };
      abort?.addEventListener("abort", stop);
      this.#sleepers.push(sleeper);
      this.#plan();
    });
  }

  /** Brings the world to the present. */
  sync(): void {
    if (this.#stopped) return;
    const rate = this.#speed === "max" ? 1 : this.#speed;
    // The world counts whole milliseconds.
    this.#reach(Math.floor(this.#anchor.world + (performance.now() - this.#anchor.real) * rate));
  }

  /** Lets so much of the world's time pass at once. */
  pass(milliseconds: number): void {
    this.sync();
    this.#reach(Math.floor(this.world.now + milliseconds));
    this.#anchorHere();
    this.#plan();
  }

  /** To be called when the world was changed: something may be due sooner now. */
  disturbed(): void {
    this.#plan();
  }

  /** No more time passes. Who sleeps, sleeps for ever. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#sleepers = [];
  }

  #anchorHere(): void {
    this.#anchor = { real: performance.now(), world: this.world.now };
  }

  #reach(at: number): void {
    if (at < this.world.now) return;
    this.#happened += advanceTo(this.world, at);
    this.#wakeDue();
  }

  #wakeDue(): void {
    const due = this.#sleepers.filter((one) => one.at <= this.world.now);
    if (due.length === 0) return;
    this.#sleepers = this.#sleepers.filter((one) => one.at > this.world.now);
    for (const one of due.toSorted((left, right) => left.at - right.at)) one.wake();
  }

  #firstSleeper(): number | undefined {
    return this.#sleepers.length === 0 ? undefined : Math.min(...this.#sleepers.map(({ at }) => at));
  }

  /** Somebody waits for what is to come: a task runs, HA moves a guest, or one sleeps. */
  #isAwaited(): boolean {
    return this.#sleepers.length > 0 || hasRunningTask(this.world) || isHaMoving(this.world);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    if (this.#speed === "max" && this.#isAwaited()) {
      this.#timer = setTimeout(() => this.#hurry(), 0);
      return;
    }
    const rate = this.#speed === "max" ? 1 : this.#speed;
    const next = Math.min(
      nextEventAt(this.world) ?? Number.POSITIVE_INFINITY,
      this.#firstSleeper() ?? Number.POSITIVE_INFINITY,
    );
    const wait = Math.min(maxTimerMs, Math.max(0, (next - this.world.now) / Math.max(rate, 1e-9)));
    this.#timer = setTimeout(() => {
      this.sync();
      this.#plan();
    }, wait);
    // A twin that nobody holds open does not keep a process alive.
    this.#timer.unref();
  }

  /** At `max`: goes on, event by event, while somebody waits. */
  #hurry(): void {
    for (let count = 0; count < burst && this.#isAwaited(); count++) {
      const event = nextEventAt(this.world);
      const sleeper = this.#firstSleeper();
      const next = Math.min(event ?? Number.POSITIVE_INFINITY, sleeper ?? Number.POSITIVE_INFINITY);
      if (!Number.isFinite(next)) break;
      this.#reach(next);
      // Whoever woke has the next word.
      if (sleeper !== undefined && next >= sleeper) break;
    }
    this.#anchorHere();
    if (nextEventAt(this.world) === undefined && this.#firstSleeper() === undefined) return;
    this.#plan();
  }
}

/** Whether HA was asked to move a guest and has not yet; where it cannot, nobody waits for it. */
const isHaMoving = ({ ha, nodes }: World): boolean => {
  const isUp = (node: string | undefined): boolean => nodes[node ?? ""]?.state.kind === "online";
  for (const sid in ha.services) {
    const service = ha.services[sid];
    if (service === undefined || !isUp(service.node)) continue;
    if (service.requested !== undefined && service.state === "started" && isUp(service.requested.node)) return true;
    if ((service.state === "migrate" || service.state === "relocate") && isUp(service.target)) return true;
  }
  return false;
};

/** Whether a task runs anywhere; the newest tasks of each node are looked at, the others have long ended. */
const hasRunningTask = (world: World): boolean => {
  for (const name in world.nodes) {
    const tasks = world.nodes[name]?.tasks ?? [];
    for (let index = tasks.length - 1, seen = 0; index >= 0 && seen < 64; index--, seen++) {
      if (world.tasks[tasks[index] ?? ""]?.state.kind === "running") return true;
    }
  }
  return false;
};
