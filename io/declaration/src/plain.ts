import { types } from "node:util";
import type { Path, Problem } from "@orrery/model";

/** Deeper than any lab is, and shallow enough for those who read it by recursion. */
const deepest = 64;
/** A lab of 5,000 guests has some 400,000. */
const most = 3_000_000;

/** Words that JavaScript keeps for itself: as names they would be mistaken for what every object has. */
const kept = new Set(["__proto__", "constructor", "prototype"]);

export type Plain = {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The object of the running declaration that a plain one was copied from. */
  readonly rawOf: (value: object) => unknown;
};

const messageOf = (error: unknown): string => {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return "something that cannot be shown";
  }
};

/** What stands in the way of copying, or undefined for plain objects and arrays. */
const oddity = (raw: object): string | undefined => {
  if (types.isProxy(raw)) return "is a Proxy; write a plain object";
  if (types.isPromise(raw)) return "is a promise; put `await` before what gives it";
  if (Array.isArray(raw)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(raw);
  if (prototype === null || prototype === Object.prototype) return undefined;
  const name = /^\[object (\w+)\]$/.exec(Object.prototype.toString.call(raw))?.[1];
  const what = name === undefined || name === "Object" ? "an object of a class" : `a ${name}`;
  return `is ${what}; write plain data: objects, lists, text, numbers, true and false`;
};

/**
 * Copies what a declaration gives into plain data, so that nothing of it can run, change or surprise afterwards.
 * Finds what is not data: cycles, functions, proxies, promises, objects of a class, getters that throw.
 */
export const plainOf = (root: unknown): Plain => {
  const problems: Problem[] = [];
  const raws = new WeakMap<object, object>();
  const trail = new Map<object, Path>();
  let left = most;

  const refuse = (path: Path, message: string): undefined => {
    problems.push({ path, message });
  };

  const copy = (raw: unknown, path: Path): unknown => {
    left -= 1;
    if (typeof raw === "function") return refuse(path, "is a function; call it, or write the value itself");
    if (typeof raw === "symbol") return refuse(path, "is a symbol; write text");
    if (typeof raw !== "object" || raw === null) return raw;
    const odd = oddity(raw);
    if (odd !== undefined) return refuse(path, odd);
    const above = trail.get(raw);
    if (above !== undefined) {
      const same = above.length === 0 ? "the declaration itself" : above.join(".");
      return refuse(path, `a cycle: this is the same object as ${same}; name it instead of putting it in`);
    }
    if (path.length > deepest) return refuse(path, `lies more than ${deepest} levels deep; no chapter does`);
    trail.set(raw, path);
    const made = Array.isArray(raw) ? copyList(raw, path) : copyObject(raw, path);
    trail.delete(raw);
    raws.set(made, raw);
    return made;
  };

  const copyList = (raw: readonly unknown[], path: Path): unknown[] => {
    const list: unknown[] = [];
    for (let index = 0; index < raw.length && left > 0; index += 1) list.push(read(raw, index, path));
    return list;
  };

  const copyObject = (raw: object, path: Path): object => {
    const made: Record<string, unknown> = {};
    for (const key of Object.keys(raw)) {
      if (left <= 0) break;
      if (kept.has(key)) refuse([...path, key], `cannot be named ${key}; JavaScript keeps that word for itself`);
      else made[key] = read(raw, key, path);
    }
    return made;
  };

  const read = (raw: object, step: string | number, path: Path): unknown => {
    const at = [...path, step];
    let value: unknown;
    try {
      value = Reflect.get(raw, step);
    } catch (error) {
      return refuse(at, `cannot be read (${messageOf(error)}); write the value itself instead of a getter`);
    }
    return copy(value, at);
  };

  const value = copy(root, []);
  if (left <= 0) refuse([], `holds more than ${most.toLocaleString("en")} values; no lab does`);
  return { value, problems, rawOf: (made) => raws.get(made) };
};
