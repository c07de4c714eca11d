/** Where a demand outgrows every way to spread it, however finely: these sources reach these sinks only. */
export interface Shortfall {
  readonly sources: readonly number[];
  readonly sinks: readonly number[];
}

/**
 * Spreads each source's supply over the sinks it reaches, in any parts, within the sinks' capacities (a maximum
 * flow, along shortest augmenting paths). Answers undefined where all of it finds a place; else a smallest cut:
 * sources that together need more than all the sinks that they reach can hold.
 */
export const shortfallOf = (
  supply: readonly number[],
  capacity: readonly number[],
  reaches: (source: number, sink: number) => boolean,
): Shortfall | undefined => {
  const flow = supply.map(() => capacity.map(() => 0));
  const left = [...supply];
  const free = [...capacity];
  for (;;) {
    // Breadth first from every source that has something left, back along flow that could be sent elsewhere.
    const cameFrom = capacity.map(() => -1);
    const via = supply.map(() => -1);
    const seen = supply.map((_, source) => (left[source] ?? 0) > 0);
    const queue = [...supply.keys()].filter((source) => seen[source]);
    if (queue.length === 0) return undefined;
    let end = -1;
    for (let next = 0; next < queue.length && end < 0; next++) {
      const source = queue[next] ?? 0;
      for (let sink = 0; sink < capacity.length && end < 0; sink++) {
        if ((cameFrom[sink] ?? -1) >= 0 || !reaches(source, sink)) continue;
        cameFrom[sink] = source;
        if ((free[sink] ?? 0) > 0) end = sink;
        else
          for (let other = 0; other < supply.length; other++) {
            if (seen[other] || (flow[other]?.[sink] ?? 0) <= 0) continue;
            seen[other] = true;
            via[other] = sink;
            queue.push(other);
          }
      }
    }
    if (end < 0)
      return {
        sources: queue,
        sinks: [...capacity.keys()].filter((sink) => (cameFrom[sink] ?? -1) >= 0),
      };
    augment(flow, left, free, cameFrom, via, end);
  }
};

const augment = (
  flow: number[][],
  left: number[],
  free: number[],
  cameFrom: readonly number[],
  via: readonly number[],
  end: number,
): void => {
  const path: { source: number; sink: number }[] = [];
  for (let sink = end; sink >= 0; ) {
    const source = cameFrom[sink] ?? 0;
    path.push({ source, sink });
    sink = via[source] ?? -1;
  }
  const start = path.at(-1)?.source ?? 0;
  let amount = Math.min(free[end] ?? 0, left[start] ?? 0);
  // Every step but the last takes back what a later source had sent to the sink between them.
  path.forEach(({ source }, index) => {
    const before = path[index + 1];
    if (before !== undefined) amount = Math.min(amount, flow[source]?.[before.sink] ?? 0);
  });
  path.forEach(({ source, sink }, index) => {
    const row = flow[source] ?? [];
    row[sink] = (row[sink] ?? 0) + amount;
    const before = path[index + 1];
    if (before !== undefined) row[before.sink] = (row[before.sink] ?? 0) - amount;
  });
  free[end] = (free[end] ?? 0) - amount;
  left[start] = (left[start] ?? 0) - amount;
};
