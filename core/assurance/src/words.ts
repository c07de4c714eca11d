/** `1 guest`, `3 guests`. */
export const count = (n: number, noun: string, plural = `${noun}s`): string => `${n} ${n === 1 ? noun : plural}`;

/** `a, b and c`; past a limit `a, b, c and 4 more`. */
export const list = (names: readonly string[], most = 6): string => {
  if (names.length > most) return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
  const last = names.at(-1) ?? "nothing";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
};

/** `is` or `are`, by how many. */
export const are = (n: number): string => (n === 1 ? "is" : "are");

/** Groups what an iterable gives by a key, in order of first sight. */
export const groupBy = <T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
};
