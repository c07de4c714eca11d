export type RateLimit = {
  /** Takes one; the seconds to wait where there is none left. */
  readonly take: (key: string) => number | undefined;
};

type Bucket = { left: number; at: number };

/** So many keys are remembered; beyond that the full ones are forgotten first. */
const mostKeys = 10_000;

/** So many at once, filled again at a steady rate. `monotonic` gives milliseconds that never go back. */
export const rateLimit = (
  { burst, perMinute }: { readonly burst: number; readonly perMinute: number },
  monotonic: () => number,
): RateLimit => {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;
  const filled = (bucket: Bucket, now: number): number => Math.min(burst, bucket.left + (now - bucket.at) * perMs);
  const forget = (now: number): void => {
    for (const [key, bucket] of buckets) if (filled(bucket, now) >= burst) buckets.delete(key);
    // Whoever comes with ever new addresses must not fill the memory.
    for (const key of buckets.keys()) {
      if (buckets.size < mostKeys) return;
      buckets.delete(key);
    }
  };
  return {
    take: (key) => {
      const now = monotonic();
      if (!buckets.has(key) && buckets.size >= mostKeys) forget(now);
      const bucket = buckets.get(key) ?? { left: burst, at: now };
      const left = filled(bucket, now);
      buckets.set(key, { left: left < 1 ? left : left - 1, at: now });
      return left < 1 ? Math.ceil((1 - left) / perMs / 1000) : undefined;
    },
  };
};
