import type { Host, Item, Problem } from "@orrery/placement";
import { dice } from "./dice.ts";

const gib = 2 ** 30;

/** A lab to measure with: one seed, one lab. */
export interface CrowdedLab {
  readonly hosts: number;
  readonly guests: number;
  /** Memory left once any one host is lost, as a part of what the guests take: 0.5 is roomy, 0.01 is nearly full. */
  readonly slack: number;
  readonly seed: number;
}

/**
 * Guests of 1 to 32 GiB spread evenly (up to 16 GiB where hosts have few); one in ten reaches some hosts only, one in forty takes a GPU that every fourth
 * host has two of, and three in thirty are kept apart.
 */
export const crowdedLab = ({ hosts: hostCount, guests, slack, seed }: CrowdedLab): Problem => {
  const draw = dice(seed);
  const memory = Array.from({ length: hostCount }, () => 0);
  const gpus: number[] = memory.map((_, h) => (h % 4 === 0 ? 2 : 0));
  // As many places for a GPU stay free as one host has.
  let spareGpus = gpus.reduce((sum, count) => sum + count, 0);
  const name = (host: number): string => `node${String(host + 1).padStart(2, "0")}`;
  const sizes =
    guests / hostCount < 20 ? [2, 2, 4, 4, 4, 6, 8, 8, 12, 16] : [1, 2, 2, 4, 4, 4, 6, 8, 8, 8, 12, 16, 16, 24, 32];
  const items: Item[] = [];
  for (let guest = 0; guest < guests; guest++) {
    const size = sizes[draw(sizes.length)] ?? 4;
    const emptiest = [...memory.keys()].sort((a, b) => (memory[a] ?? 0) - (memory[b] ?? 0) || a - b);
    const gpuHost = guest % 40 === 7 && spareGpus > 2 ? emptiest.find((h) => (gpus[h] ?? 0) > 0) : undefined;
    const host = gpuHost ?? emptiest[0] ?? 0;
    if (gpuHost !== undefined) {
      gpus[gpuHost] = (gpus[gpuHost] ?? 0) - 1;
      spareGpus--;
    }
    memory[host] = (memory[host] ?? 0) + size;
    const side = host % 2;
    const confined =
      draw(10) === 0 ? { allowed: memory.flatMap((_, h) => (h % 2 === side || hostCount < 6 ? [name(h)] : [])) } : {};
    const third = guest - (guest % 30);
    const apart =
      guest % 30 < 3
        ? { apartFrom: [third, third + 1, third + 2].filter((g) => g !== guest).map((g) => `guest${g}`) }
        : {};
    items.push({
      name: `guest${guest}`,
      host: name(host),
      memoryBytes: size * gib,
      vcpus: 1 + draw(Math.min(8, size)),
      devices: gpuHost === undefined ? {} : { gpu: 1 },
      ...confined,
      ...apart,
      onLoss: "restart",
    });
  }
  const total = memory.reduce((sum, size) => sum + size, 0);
  const room = Math.max(...memory, Math.ceil((total * (1 + slack)) / (hostCount - 1)));
  const vcpuLimit = Math.ceil((2 * items.reduce((sum, item) => sum + item.vcpus, 0)) / (hostCount - 1));
  return {
    hosts: memory.map(
      (_, h): Host => ({ name: name(h), memoryBytes: room * gib, vcpuLimit, devices: h % 4 === 0 ? { gpu: 2 } : {} }),
    ),
    items,
  };
};
