import type { Purpose } from "./cast.ts";
import type { PlannedMove } from "./move-plan.ts";
import { compareNames, type Item, type Problem } from "./problem.ts";
import { capacityOf, demandOf, type Resource, resourcesOf } from "./resource.ts";
import { arrivalViolations, type Violation } from "./verification.ts";

/** One rule that a plan breaks. `step` counts from 0; absent for what is wrong in the end. */
export type PlanViolation = { readonly step?: number } & (
  | Exclude<Violation, { readonly kind: "left-behind" | "settled" }>
  | { readonly kind: "may-not-move"; readonly item: string }
  | { readonly kind: "busy-link"; readonly host: string; readonly moves: number }
  | { readonly kind: "left-behind"; readonly item: string; readonly host: string }
  | { readonly kind: "not-placed"; readonly item: string }
);

type Way = Pick<PlannedMove, "item" | "from" | "to">;

/**
 * Walks a plan step by step on the problem itself, sharing no code with what made it. Within a step every moving guest
 * counts on both hosts. What was broken before may stay so, but nothing arrives where a rule is broken by it. Guests
 * that must share a host may be apart only while they follow each other, step by step. Whether the loss of a host is
 * absorbed in the end is `absorb`'s to say and not asked here.
 */
export const verifyPlan = (
  problem: Problem,
  purpose: Purpose,
  plan: { readonly steps: readonly { readonly moves: readonly Way[] }[] },
): PlanViolation[] => {
  const hosts = new Map(problem.hosts.map((host) => [host.name, host]));
  const drained = new Set(purpose.kind === "drain" ? purpose.hosts : []);
  const items = new Map(problem.items.map((item) => [item.name, item]));
  const where = new Map<string, string>();
  for (const item of problem.items)
    if (item.host !== undefined && hosts.has(item.host)) where.set(item.name, item.host);
  const stops = (item: Item): boolean => item.onDrain === "stop" && drained.has(item.host ?? "");
  const mayMove = (item: Item): boolean => {
    const host = hosts.get(item.host ?? "");
    if (host === undefined) return purpose.kind === "place" && purpose.items.includes(item.name);
    if (item.settled === true || host.standing === "offline" || stops(item)) return false;
    return drained.has(host.name) || host.standing === undefined;
  };
  const takesPart = (item: Item): boolean =>
    !stops(item) && (hosts.has(item.host ?? "") || (purpose.kind === "place" && purpose.items.includes(item.name)));
  const groups = groupsOf(problem, takesPart);
  const wholeAtFirst = groups.filter((group) => isWhole(group, where));
  const resources = resourcesOf(problem);
  const violations: PlanViolation[] = [];

  plan.steps.forEach(({ moves }, step) => {
    const fail = (violation: PlanViolation): void => {
      violations.push({ step, ...violation });
    };
    const going = new Map<string, Way>();
    const links = new Map<string, number>();
    for (const move of moves) {
      const item = items.get(move.item);
      const to = hosts.get(move.to);
      if (item === undefined) fail({ kind: "unknown-item", item: move.item });
      else if (to === undefined) fail({ kind: "unknown-host", item: move.item, host: move.to });
      else if (going.has(move.item)) fail({ kind: "moved-twice", item: move.item });
      else {
        going.set(move.item, move);
        if (where.get(move.item) !== move.from || move.from === move.to)
          fail({ kind: "wrong-start", item: move.item, from: move.from ?? "" });
        if (!mayMove(item)) fail({ kind: "may-not-move", item: move.item });
        if (drained.has(move.to)) fail({ kind: "closed", item: move.item, host: move.to });
        for (const violation of arrivalViolations(item, to))
          if (violation.kind === "closed" || violation.kind === "not-allowed" || violation.kind === "lacks")
            fail(violation);
        if (move.from !== undefined) for (const end of [move.from, move.to]) links.set(end, (links.get(end) ?? 0) + 1);
      }
    }
    for (const [host, count] of links)
      if (count > (problem.movesPerLink ?? 1)) fail({ kind: "busy-link", host, moves: count });
    for (const host of problem.hosts) {
      const arriving = [...going.values()].filter((move) => move.to === host.name).map((move) => move.item);
      const there = [...where].filter(([, on]) => on === host.name).map(([name]) => name);
      for (const name of arriving)
        for (const other of new Set([...there, ...arriving]))
          if (other !== name && areApart(items, name, other))
            fail({ kind: "apart", item: name, other, host: host.name });
      for (const resource of resources) {
        const sum = (names: readonly string[]): number =>
          names.reduce((total, name) => total + takes(items, name, resource), 0);
        if (sum(arriving) === 0) continue;
        const used = sum([...new Set([...there, ...arriving])]);
        const room = capacityOf(host, resource);
        if (used > room) fail({ kind: "over", host: host.name, resource, used, room });
      }
    }
    for (const move of going.values()) where.set(move.item, move.to);
    const next = new Set(plan.steps[step + 1]?.moves.map((move) => move.item));
    for (const group of wholeAtFirst) {
      if (isWhole(group, where) || group.some((name) => next.has(name))) continue;
      const [item = "", ...rest] = group;
      fail({ kind: "together", item, other: rest.find((name) => where.get(name) !== where.get(item)) ?? "" });
    }
  });

  for (const group of groups) {
    const [item = "", ...rest] = group;
    const moved = group.some((name) => where.get(name) !== items.get(name)?.host);
    const other = rest.find((name) => where.get(name) !== where.get(item));
    if (moved && other !== undefined) violations.push({ kind: "together", item, other });
  }
  for (const item of problem.items) {
    const host = where.get(item.name);
    if (host !== undefined && drained.has(host) && !stops(item))
      violations.push({ kind: "left-behind", item: item.name, host });
    if (host === undefined && purpose.kind === "place" && purpose.items.includes(item.name))
      violations.push({ kind: "not-placed", item: item.name });
  }
  return violations.sort((a, b) => compareNames(JSON.stringify(a), JSON.stringify(b)));
};

const takes = (items: ReadonlyMap<string, Item>, name: string, resource: Resource): number => {
  const item = items.get(name);
  return item === undefined ? 0 : demandOf(item, resource);
};

const areApart = (items: ReadonlyMap<string, Item>, a: string, b: string): boolean =>
  items.get(a)?.apartFrom?.includes(b) === true || items.get(b)?.apartFrom?.includes(a) === true;

const isWhole = (group: readonly string[], where: ReadonlyMap<string, string>): boolean => {
  const [first = ""] = group;
  return where.has(first) && group.every((name) => where.get(name) === where.get(first));
};

/** Names of items that must share a host, two or more, through each other. */
const groupsOf = (problem: Problem, counts: (item: Item) => boolean): string[][] => {
  const links = new Map<string, Set<string>>();
  const known = new Set(problem.items.filter(counts).map((item) => item.name));
  for (const item of problem.items)
    for (const other of item.togetherWith ?? []) {
      if (!known.has(item.name) || !known.has(other) || other === item.name) continue;
      links.set(item.name, (links.get(item.name) ?? new Set()).add(other));
      links.set(other, (links.get(other) ?? new Set()).add(item.name));
    }
  const done = new Set<string>();
  const groups: string[][] = [];
  for (const name of links.keys()) {
    if (done.has(name)) continue;
    const group = new Set([name]);
    for (const member of group) for (const other of links.get(member) ?? []) group.add(other);
    for (const member of group) done.add(member);
    groups.push([...group].sort(compareNames));
  }
  return groups;
};
