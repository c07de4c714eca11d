/** A number in [0, 1) that depends on its arguments alone. */
export const noiseOf = (seed: number, at: number): number => {
  let hash = (seed ^ Math.imul(at | 0, 0x85ebca6b) ^ 0x27d4eb2f) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
};
