import type { Handler, Handlers } from "./call.ts";
import { firstHandlers } from "./handlers/first.ts";

/* What clients ask first is loaded with the twin; all else, over a hundred modules, when it is first asked for. */

let all: Handlers | undefined;

/**
 * Loads every method. `dispatch` and `answerHttp` answer at once, so whoever calls them awaits this before, once in a
 * process; `InProcessTransport` and the server do so themselves.
 */
export const loadMethods = async (): Promise<void> => {
  all ??= (await import("./handlers/index.ts")).handlers;
};

/** What has to be awaited before this can be answered, a path as under `/api2/json`; undefined where nothing has. */
export const methodsLoading = (method: string, path: string): Promise<void> | undefined =>
  all !== undefined || firstHandlers[`${method} ${path}`] !== undefined ? undefined : loadMethods();

const loaded = (): Handlers => {
  if (all !== undefined) return all;
  throw new Error("The twin's methods are not loaded: `await loadMethods()` of @orrery/twin-api comes first.");
};

/** By `METHOD /path`; undefined for what is an index or answers 501. */
export const handlerOf = (name: string): Handler | undefined => firstHandlers[name] ?? loaded()[name];

/** `METHOD /path` of every handler. */
export const modelledMethods = (): string[] => Object.keys(loaded());
