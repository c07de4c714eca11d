import { types } from "node:util";
import type { Problem } from "@orrery/model";
import { describeThrown } from "./refusal.ts";

/** Deeper than any lab is, and shallow enough for those who read it by recursion. */
const deepest = 64;
/** A lab of 5,000 guests has some 250,000. */
const most = 1_000_000;
// Written out: the first number that Node writes as a language does costs every start the loading of languages.
const tooMuch = "holds more than 1,000,000 values; no lab does";

/** Words that JavaScript keeps for itself: as names they would be mistaken for what every object has. */
const kept = new Set<string | number>(["__proto__", "constructor", "prototype"]);

export type Plain = {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The object of the running declaration that a plain one was copied from. */
  readonly rawOf: (value: object) => unknown;
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
  const above = new Map<object, number>();
  const path: (string | number)[] = [];
  let left = most;

  const refuse = (message: string): undefined => {
    problems.push({ path: [...path], message });
  };

  const copy = (raw: unknown): unknown => {
    left -= 1;
    if (typeof raw === "function") return refuse("is a function; call it, or write the value itself");
    if (typeof raw === "symbol") return refuse("is a symbol; write text");
    if (typeof raw !== "object" || raw === null) return raw;
    const odd = oddity(raw);
    if (odd !== undefined) return refuse(odd);
    const depth = above.get(raw);
    if (depth !== undefined) {
      const same = depth === 0 ? "the declaration itself" : path.slice(0, depth).join(".");
      return refuse(`a cycle: this is the same object as ${same}; name it instead of putting it in`);
    }
    if (path.length > deepest) return refuse(`lies more than ${deepest} levels deep; no chapter does`);
    above.set(raw, path.length);
    const made = Array.isArray(raw) ? copyList(raw) : copyObject(raw);
    above.delete(raw);
    raws.set(made, raw);
    return made;
  };

  const copyList = (raw: readonly unknown[]): unknown[] => {
    const list: unknown[] = [];
    for (let index = 0; index < raw.length && left > 0; index += 1) list.push(copyAt(raw, index));
    return list;
  };

  const copyObject = (raw: object): object => {
    const made: Record<string, unknown> = {};
    for (const key of Object.keys(raw)) {
      if (left <= 0) break;
      made[key] = copyAt(raw, key);
    }
    return made;
  };

  const copyAt = (raw: object, step: string | number): unknown => {
    path.push(step);
    const value = readAt(raw, step);
    path.pop();
    return value;
  };

  const readAt = (raw: object, step: string | number): unknown => {
    if (kept.has(step)) return refuse(`cannot be named ${step}; JavaScript keeps that word for itself`);
    let value: unknown;
    try {
      value = Reflect.get(raw, step);
    } catch (error) {
      return refuse(`cannot be read (${describeThrown(error).message}); write the value itself instead of a getter`);
    }
    return copy(value);
  };

  const value = copy(root);
  if (left <= 0) problems.splice(0, problems.length, { path: [], message: tooMuch });
  return { value, problems, rawOf: (made) => raws.get(made) };
};
