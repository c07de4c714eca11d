import type { Happening, WorldEvent } from "./event.ts";

type Queue = { queue: WorldEvent[]; order: number };

const before = (one: WorldEvent, other: WorldEvent): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** Puts an event into the heap. Of two at one time, the one that was put in first comes out first. */
export const enqueue = (world: Queue, at: number, what: Happening): void => {
  const { queue } = world;
  const event = { at, order: world.order++, what };
  let index = queue.length;
  queue.push(event);
  while (index > 0) {
    const up = (index - 1) >> 1;
    const parent = queue[up];
    if (!parent || !before(event, parent)) break;
    queue[index] = parent;
    index = up;
  }
  queue[index] = event;
};

/** Takes the first event out of the heap. */
export const dequeue = ({ queue }: Queue): WorldEvent | undefined => {
  const first = queue[0];
  const last = queue.pop();
  if (!first || !last || queue.length === 0) return first;
  let index = 0;
  for (;;) {
    let down = index * 2 + 1;
    let child = queue[down];
    const right = queue[down + 1];
    if (child && right && before(right, child)) {
      child = right;
      down += 1;
    }
    if (!child || !before(child, last)) break;
    queue[index] = child;
    index = down;
  }
  queue[index] = last;
  return first;
};
