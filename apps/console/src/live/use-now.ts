import { useSyncExternalStore } from "react";
import { serverNow } from "../api/server-time.ts";

let now = serverNow();
let ticking: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  ticking ??= setInterval(() => {
    now = serverNow();
    for (const one of listeners) one();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
};

/** Now by the server's clock, told anew each second. Epoch milliseconds. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
