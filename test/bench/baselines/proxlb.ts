import type { Host, Item, Problem } from "@orrery/placement";
import { memoryOf, Tally, type Way } from "./tally.ts";

/**
 * ProxLB's greedy, by memory used: guests in order of their memory, the smallest first; while the spread is over
 * `balanciness` percent points, each guest that is on the most loaded node goes to the least loaded one, if that has
 * the memory free. After proxlb/models/calculations.py of ProxLB 1.1 and 2.
 */
export const proxlb = (problem: Problem, balanciness: number): Way[] => {
  const tally = new Tally(problem, "used");
  const percent = (host: Host): number => (100 * tally.memory(host)) / memoryOf(host);
  const extreme = (hosts: readonly Host[], sign: 1 | -1): Host | undefined =>
    hosts.reduce<Host | undefined>(
      (best, host) => (best === undefined || sign * percent(host) > sign * percent(best) ? host : best),
      undefined,
    );
  const { groups, groupOf } = antiAffinityGroups(problem);
  const usedNodes = groups.map(() => new Set<string>());
  const ways: Way[] = [];
  const bySize = [...problem.items].sort((a, b) => tally.use(a).memory - tally.use(b).memory);
  for (const guest of bySize) {
    const most = extreme(tally.hosts, 1);
    const least = extreme(tally.hosts, -1);
    if (most === undefined || least === undefined || percent(most) - percent(least) <= balanciness) break;
    if (tally.where.get(guest.name) !== most.name) continue;
    if (tally.use(guest).memory >= memoryOf(least) - tally.memory(least)) continue;
    let target = least;
    const group = groupOf.get(guest.name);
    if (group !== undefined) {
      const free = tally.hosts.find((host) => usedNodes[group]?.has(host.name) === false);
      if (free !== undefined) {
        target = free;
        usedNodes[group]?.add(free.name);
      }
    }
    if (guest.allowed !== undefined) {
      const pins = tally.hosts.filter((host) => guest.allowed?.includes(host.name));
      target = extreme(pins, -1) ?? target;
    }
    if (target.name !== most.name) ways.push(tally.move(guest, target.name));
  }
  return ways;
};

const antiAffinityGroups = (problem: Problem): { groups: Item[][]; groupOf: Map<string, number> } => {
  const groups: Item[][] = [];
  const groupOf = new Map<string, number>();
  for (const item of problem.items) {
    const [other] = (item.apartFrom ?? []).filter((name) => groupOf.has(name));
    const known = other === undefined ? undefined : groupOf.get(other);
    if (known !== undefined) groups[known]?.push(item);
    else if ((item.apartFrom ?? []).length > 0) groups.push([item]);
    else continue;
    groupOf.set(item.name, known ?? groups.length - 1);
  }
  return { groups, groupOf };
};
