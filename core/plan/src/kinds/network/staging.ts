import { type Mark, markedComment } from "../../compare/mark.ts";
import { listOf, sameValue, type Value, valueText } from "../../compare/value.ts";
import type { Call, CallValue } from "../../plan/call.ts";
import type { Interface, Interfaces } from "./interface.ts";

const portKeys = ["bridge_ports", "slaves", "ovs_ports", "ovs_bonds"] as const;

/** What two interfaces cannot have at once, or not in any order. */
const releasable: readonly string[] = [...portKeys, "cidr", "cidr6", "gateway", "gateway6", "mtu"];

/** The interfaces that one stands on: ports, members, the device below a VLAN. */
const standsOn = (name: string, { options }: Interface): string[] => {
  const below = /^(\S+)\.\d+$/.exec(name)?.[1];
  return [
    ...portKeys.flatMap((key) => listOf(options[key])),
    ...(below === undefined ? [] : [below]),
    ...["vlan-raw-device", "ovs_bridge"].flatMap((key) => (typeof options[key] === "string" ? [options[key]] : [])),
  ];
};

/** Names such that each comes after what it stands on. */
const fromBelow = (interfaces: Interfaces): string[] => {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const one = interfaces[name];
    if (one === undefined || seen.has(name)) return;
    seen.add(name);
    for (const below of standsOn(name, one)) visit(below);
    order.push(name);
  };
  for (const name of Object.keys(interfaces)) visit(name);
  return order;
};

const sent = (key: string, value: Value): CallValue =>
  typeof value === "string" ? value : listOf(value).join(key === "bridge_vids" ? " " : ",");

/** All that an interface is told: of an address that is left out, the API takes that there is none. */
const told = (mark: Mark, { type, options, marked }: Interface): Record<string, CallValue> => {
  const { comments, ...others } = options;
  const comment = marked ? markedComment(mark, valueText(comments ?? "").replace(/^""$/, "")) : comments;
  return {
    type,
    ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, sent(key, value)])),
    ...(comment === undefined ? {} : { comments: valueText(comment) }),
  };
};

const isSame = (one: Interface, other: Interface): boolean =>
  one.type === other.type &&
  one.marked === other.marked &&
  [...new Set([...Object.keys(one.options), ...Object.keys(other.options)])].every((key) =>
    sameValue(one.options[key], other.options[key]),
  );

/** What an interface may keep while others take what it gives up. */
const released = (before: Interface, after: Interface): Interface => {
  const options: Record<string, Value> = {};
  for (const [key, value] of Object.entries(before.options)) {
    const next = after.options[key];
    if (!releasable.includes(key) || sameValue(value, next)) options[key] = value;
    else if (Array.isArray(value)) {
      const kept = value.filter((port) => listOf(next).includes(port));
      if (kept.length > 0) options[key] = kept;
    }
  }
  return { ...before, options };
};

const isMadeAnew = (before: Interface, after: Interface): boolean =>
  before.type !== after.type || !sameValue(before.options["vlan-raw-device"], after.options["vlan-raw-device"]);

/**
 * The calls that stage the way from one set of interfaces to another: first what is given up is given up, from above;
 * then everything is made, from below. Every call leaves what the API would write. Nothing is in force before `applied`.
 */
export const staged = (node: string, mark: Mark, before: Interfaces, after: Interfaces): Call[] => {
  const call = (method: Call["method"], iface: string, more: Record<string, CallValue> = {}): Call => ({
    method,
    path: method === "POST" ? "/nodes/{node}/network" : "/nodes/{node}/network/{iface}",
    parameters: { node, iface, ...more },
    answers: "nothing",
  });
  const put = (name: string, now: Interface, next: Interface): Call => {
    const gone = Object.keys(now.options).filter((key) => next.options[key] === undefined);
    if (now.marked && !next.marked && next.options.comments === undefined) gone.push("comments");
    return call("PUT", name, {
      ...told(mark, next),
      ...(gone.length === 0 ? {} : { delete: [...new Set(gone)].toSorted().join(",") }),
    });
  };
  const calls: Call[] = [];
  const now = new Map(Object.entries(before));
  for (const name of fromBelow(before).toReversed()) {
    const [was, next] = [before[name], after[name]];
    if (was === undefined) continue;
    if (next === undefined || isMadeAnew(was, next)) {
      calls.push(call("DELETE", name));
      now.delete(name);
      continue;
    }
    const interim = released(was, next);
    if (isSame(was, interim)) continue;
    calls.push(put(name, was, interim));
    now.set(name, interim);
  }
  for (const name of fromBelow(after)) {
    const [was, next] = [now.get(name), after[name]];
    if (next === undefined) continue;
    if (was === undefined) calls.push(call("POST", name, told(mark, next)));
    else if (!isSame(was, next)) calls.push(put(name, was, next));
  }
  return calls;
};

/** What is staged comes into force. */
export const applied = (node: string): Call => ({
  method: "PUT",
  path: "/nodes/{node}/network",
  parameters: { node },
  answers: "task",
});

/** What is staged is forgotten. */
export const forgotten = (node: string): Call => ({
  method: "DELETE",
  path: "/nodes/{node}/network",
  parameters: { node },
  answers: "nothing",
});
