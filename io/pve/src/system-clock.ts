import type { Abort, Clock } from "@orrery/contract";

const sleep = (milliseconds: number, abort?: Abort): Promise<void> =>
  new Promise((resolve, reject) => {
    const wake = () => {
      abort?.removeEventListener("abort", stop);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      abort?.removeEventListener("abort", stop);
      reject(abort?.reason);
    };
    if (abort?.aborted === true) stop();
    else abort?.addEventListener("abort", stop);
  });

/** Real time. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep };
