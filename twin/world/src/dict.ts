/** V8 keeps what `Object.create(null)` makes as a hash table: twice the memory and slower to read for a few keys. */
const bare = <T>(): Record<string, T> => Object.setPrototypeOf({}, null);

/**
 * Objects whose keys come from outside: without a prototype, so that an id such as `constructor` is only a key.
 * Keys that look like numbers come first and ascend, others come in the order of insertion.
 */
export type Dict<T> = Record<string, T>;

export const dict = <T>(entries: Iterable<readonly [string, T]> = []): Dict<T> => {
  const made = bare<T>();
  for (const [key, value] of entries) made[key] = value;
  return made;
};

/** A copy of plain data that shares nothing with the original. */
export const copy = <T>(data: T): T => copyAny(data) as T;

const copyAny = (data: unknown): unknown => {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map(copyAny);
  const source = data as Record<string, unknown>;
  const made: Record<string, unknown> = Object.getPrototypeOf(data) === null ? bare() : {};
  for (const key in source) made[key] = copyAny(source[key]);
  return made;
};

/** The value under a key; a new one is put there where there is none. */
export const ensured = <T>(table: Dict<T>, key: string, make: () => T): T => {
  const found = table[key];
  if (found !== undefined) return found;
  const made = make();
  table[key] = made;
  return made;
};
