import type { Absorption, Move } from "./absorb.ts";
import { compareNames, type Host, type Item, type Problem } from "./problem.ts";
import { capacityOf, demandOf, own, type Resource, resourcesOf } from "./resource.ts";

/** One rule that an assignment breaks. */
export type Violation =
  | { readonly kind: "unknown-item"; readonly item: string }
  | { readonly kind: "unknown-host"; readonly item: string; readonly host: string }
  | { readonly kind: "wrong-start"; readonly item: string; readonly from: string }
  | { readonly kind: "moved-twice"; readonly item: string }
  | { readonly kind: "left-behind"; readonly item: string }
  | { readonly kind: "settled"; readonly item: string }
  | { readonly kind: "closed"; readonly item: string; readonly host: string }
  | { readonly kind: "not-allowed"; readonly item: string; readonly host: string }
  | { readonly kind: "lacks"; readonly item: string; readonly host: string; readonly what: string }
  | {
      readonly kind: "over";
      readonly host: string;
      readonly resource: Resource;
      readonly used: number;
      readonly room: number;
    }
  | { readonly kind: "apart"; readonly item: string; readonly other: string; readonly host: string }
  | { readonly kind: "together"; readonly item: string; readonly other: string };

/**
 * Checks moves after the loss of a host against the problem itself, sharing no code with the search. What was broken
 * before and that no move makes worse is not held against them: an item may stay where it is, but nothing may arrive
 * on a host that is over its room, or be moved and not come to stand with those it must be with.
 */
export const verifyAssignment = (problem: Problem, lostHost: string, moves: readonly Move[]): Violation[] => {
  const hosts = new Map(problem.hosts.map((host) => [host.name, host]));
  const items = new Map(problem.items.map((item) => [item.name, item]));
  const violations: Violation[] = [];
  const ends = new Map<string, string>();
  const takesPart = (item: Item): boolean =>
    item.host !== undefined && hosts.has(item.host) && (item.host !== lostHost || item.onLoss === "restart");
  for (const item of problem.items) if (takesPart(item)) ends.set(item.name, item.host ?? "");
  const moved = new Map<string, Move>();
  for (const move of moves) {
    const item = items.get(move.item);
    if (item === undefined || !takesPart(item)) violations.push({ kind: "unknown-item", item: move.item });
    else if (!hosts.has(move.to) || move.to === lostHost)
      violations.push({ kind: "unknown-host", item: move.item, host: move.to });
    else if (item.host !== move.from || move.from === move.to)
      violations.push({ kind: "wrong-start", item: move.item, from: move.from });
    else if (moved.has(move.item)) violations.push({ kind: "moved-twice", item: move.item });
    else {
      moved.set(move.item, move);
      ends.set(move.item, move.to);
    }
  }
  for (const [item, host] of ends) if (host === lostHost) violations.push({ kind: "left-behind", item });
  const partners = partnersOf(problem, ends);
  for (const { item: name, to } of moved.values()) {
    const item = items.get(name);
    const host = hosts.get(to);
    if (item === undefined || host === undefined) continue;
    violations.push(...arrivalViolations(item, host));
    const group = partners(name);
    const homes = new Set(group.map((partner) => items.get(partner)?.host));
    const split = homes.size > 1 && !homes.has(lostHost);
    if (item.host !== lostHost && (item.settled === true || split)) violations.push({ kind: "settled", item: name });
    for (const other of group) if (ends.get(other) !== to) violations.push({ kind: "together", item: name, other });
    for (const [other, where] of ends) {
      if (where !== to || other === name) continue;
      if (item.apartFrom?.includes(other) || items.get(other)?.apartFrom?.includes(name))
        violations.push({ kind: "apart", item: name, other, host: to });
    }
  }
  for (const host of problem.hosts) violations.push(...roomViolations(problem, host, ends, moved));
  return violations.sort((a, b) => compareNames(JSON.stringify(a), JSON.stringify(b)));
};

/** The same for an answer: an absorption that fits breaks no rule. */
export const verifyAbsorption = (problem: Problem, absorption: Absorption & { readonly kind: "fits" }): Violation[] =>
  verifyAssignment(problem, absorption.lost, [...absorption.placements, ...absorption.rearranged]);

export const arrivalViolations = (item: Item, host: Host): Violation[] => {
  const violations: Violation[] = [];
  if (host.standing !== undefined) violations.push({ kind: "closed", item: item.name, host: host.name });
  if (item.allowed?.includes(host.name) === false)
    violations.push({ kind: "not-allowed", item: item.name, host: host.name });
  for (const [device, count] of Object.entries(item.devices))
    if (count > (own(host.devices, device) ?? 0))
      violations.push({ kind: "lacks", item: item.name, host: host.name, what: device });
  for (const { storage } of item.disks ?? [])
    if (own(host.storages ?? {}, storage) === undefined)
      violations.push({ kind: "lacks", item: item.name, host: host.name, what: storage });
  return violations;
};

/** Holds what arrived against the host's room, both with what ends there and with what was there at first. */
const roomViolations = (
  problem: Problem,
  host: Host,
  ends: ReadonlyMap<string, string>,
  moved: ReadonlyMap<string, Move>,
): Violation[] => {
  const violations: Violation[] = [];
  const sum = (resource: Resource, counts: (item: Item) => boolean): number =>
    problem.items.reduce((total, item) => (counts(item) ? total + demandOf(item, resource) : total), 0);
  for (const resource of resourcesOf(problem)) {
    if (sum(resource, (item) => moved.get(item.name)?.to === host.name) === 0) continue;
    const room = capacityOf(host, resource);
    const before = sum(resource, (item) => item.host === host.name);
    const after = sum(resource, (item) => ends.get(item.name) === host.name);
    const used = Math.max(before, after);
    if (used > room) violations.push({ kind: "over", host: host.name, resource, used, room });
  }
  return violations;
};

/** The items that each item must share a host with, directly or through others that still run. */
const partnersOf = (problem: Problem, ends: ReadonlyMap<string, string>): ((name: string) => string[]) => {
  const links = new Map<string, Set<string>>();
  const link = (a: string, b: string): void => {
    links.set(a, (links.get(a) ?? new Set()).add(b));
  };
  for (const item of problem.items)
    for (const other of item.togetherWith ?? []) {
      if (!ends.has(item.name) || !ends.has(other)) continue;
      link(item.name, other);
      link(other, item.name);
    }
  return (name) => {
    const group = new Set([name]);
    for (const member of group) for (const other of links.get(member) ?? []) group.add(other);
    return [...group];
  };
};
