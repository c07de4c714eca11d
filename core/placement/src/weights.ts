/**
 * What an arrangement is charged for, in points; fewer are better. One point is one percent point of difference between
 * the fullest and the emptiest host by memory. All others are what they are thought to be worth of that.
 */
export const weights = {
  /** Per percent point between the most and the least used host, by measured memory: memory that runs out ends guests. */
  memorySpread: 1,
  /** Per percent point between the busiest and the idlest host: CPU that runs out only makes guests wait. */
  cpuSpread: 0.5,
  /** Per percent of the memory in use in the cluster that has to be copied, local disks counted in: links are shared with what people do. */
  copied: 0.2,
  /** Per percent of the guests that move: each move is one more thing that may fail. */
  moved: 0.05,
  /** Per guest that stops in order to move: someone notices. */
  restarted: 1,
  /** Per wish that is not met: a preferred host, company, distance. */
  wish: 10,
  /** Per rule that was broken before and still is: a guest out of its hosts, or with one that it must be apart from. */
  broken: 50,
  /** Per host whose loss could be absorbed before and no longer can, where that is a wish. */
  unabsorbed: 20,
} as const;

/** Spreading that gains fewer points than this is not worth anyone's attention. */
export const leastGain = 1;
