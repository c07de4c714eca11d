/** Lets so many through at a time for each key, in the order of arrival. */
export interface Lanes {
  /** Resolves to the way out, to be called once. Rejects with the signal's reason while waiting. */
  enter(key: string, signal: AbortSignal): Promise<() => void>;
}

interface Lane {
  inside: number;
  readonly waiting: Set<() => void>;
}

export const lanes = (width: number): Lanes => {
  const byKey = new Map<string, Lane>();

  const leave = (key: string, lane: Lane) => {
    const [next] = lane.waiting;
    if (next !== undefined) return next();
    lane.inside -= 1;
    if (lane.inside === 0) byKey.delete(key);
  };

  const wait = (lane: Lane, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const go = () => {
        lane.waiting.delete(go);
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        lane.waiting.delete(go);
        reject(signal.reason);
      };
      lane.waiting.add(go);
      signal.addEventListener("abort", giveUp, { once: true });
    });

  return {
    enter: async (key, signal) => {
      signal.throwIfAborted();
      const lane = byKey.get(key) ?? { inside: 0, waiting: new Set() };
      byKey.set(key, lane);
      // Who leaves hands its place on, so the count stays.
      if (lane.inside < width) lane.inside += 1;
      else await wait(lane, signal);
      return () => leave(key, lane);
    },
  };
};
