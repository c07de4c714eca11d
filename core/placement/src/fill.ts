/** Past this many units the exact sum is not worth its time, and the common divisor decides alone. */
const mostUnits = 4096;

/**
 * The most of `room` that any choice of `sizes` can fill: room for 37 GiB that only guests of 8 and 12 GiB may use
 * holds 36 at most. Whole numbers; never less than the true most, and exact where the room is at most 4,096 units.
 */
export const fillable = (room: number, sizes: readonly number[]): number => {
  let total = 0;
  let divisor = 0;
  for (const size of sizes) {
    total += size;
    if (size <= room) divisor = gcd(divisor, size);
  }
  if (total <= room) return total;
  if (divisor === 0) return 0;
  const units = Math.floor(room / divisor);
  if (units > mostUnits) return units * divisor;
  const words = (units >>> 5) + 1;
  const sums = new Uint32Array(words);
  sums[0] = 1;
  for (const size of sizes.length > fewSizes ? merged(sizes, room) : sizes) {
    if (size === 0 || size > room) continue;
    const shift = size / divisor;
    const skip = shift >>> 5;
    const bits = shift & 31;
    for (let word = words - 1; word >= skip; word--) {
      const high = (sums[word - skip] ?? 0) << bits;
      const low = bits > 0 && word > skip ? (sums[word - skip - 1] ?? 0) >>> (32 - bits) : 0;
      sums[word] = (sums[word] ?? 0) | high | low;
    }
    if (((sums[units >>> 5] ?? 0) >>> (units & 31)) & 1) return units * divisor;
  }
  for (let unit = units; unit > 0; unit--) if (((sums[unit >>> 5] ?? 0) >>> (unit & 31)) & 1) return unit * divisor;
  return 0;
};

/** With more sizes than this it pays to count the equal ones. */
const fewSizes = 48;

/** Sizes that reach the same sums in fewer steps: thirteen of 4 as 4, 8, 16 and 24. */
const merged = (sizes: readonly number[], room: number): number[] => {
  const counts = new Map<number, number>();
  for (const size of sizes) if (size > 0 && size <= room) counts.set(size, (counts.get(size) ?? 0) + 1);
  const parts: number[] = [];
  for (const [size, count] of counts) {
    let left = Math.min(count, Math.floor(room / size));
    for (let part = 1; left > 0; part *= 2) {
      const taken = Math.min(part, left);
      parts.push(taken * size);
      left -= taken;
    }
  }
  return parts;
};

const gcd = (a: number, b: number): number => {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
};
