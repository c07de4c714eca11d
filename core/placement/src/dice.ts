/** Draws a whole number under a bound. */
export type Draw = (below: number) => number;

/** Always the same numbers: what is drawn is arbitrary, and the answer must not be. */
export const drawer = (): Draw => {
  let state = 0x9e3779b9 | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};
