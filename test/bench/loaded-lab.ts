import type { Host, Item, Problem } from "@orrery/placement";
import { dice } from "./dice.ts";

const gib = 2 ** 30;

/**
 * A lab with measured load that lies unevenly, one seed one lab: guests of 1 to 32 GiB, of which they use 30 to 95 %; a
 * few keep their CPUs busy. One guest in ten reaches every second host only, three in thirty are kept apart, one in
 * twenty has 20 to 100 GiB of local disk. Some hosts get three times as many guests as others; 70 % of all memory is given.
 */
export const loadedLab = ({
  hosts: hostCount,
  guests,
  seed,
}: {
  hosts: number;
  guests: number;
  seed: number;
}): Problem => {
  const draw = dice(seed);
  const sizes =
    guests / hostCount < 20 ? [2, 2, 4, 4, 4, 6, 8, 8, 12, 16] : [1, 2, 2, 4, 4, 4, 6, 8, 8, 8, 12, 16, 16, 24, 32];
  const memories = Array.from({ length: guests }, () => sizes[draw(sizes.length)] ?? 4);
  const room = Math.ceil(memories.reduce((sum, memory) => sum + memory, 0) / 0.7 / hostCount);
  const name = (host: number): string => `node${String(host + 1).padStart(2, "0")}`;
  const given = Array.from({ length: hostCount }, () => 0);
  const vcpus = Array.from({ length: hostCount }, () => 0);
  const liked = given.flatMap((_, h) => Array.from({ length: 1 + (h % 3) }, () => h));
  const homes: number[] = [];
  const items = memories.map((memory, guest): Item => {
    const third = guest - (guest % 30);
    const taken = guest % 30 < 3 ? homes.slice(third, guest) : [];
    const fits = (host: number): boolean => (given[host] ?? 0) + memory <= room && !taken.includes(host);
    let host = liked[draw(liked.length)] ?? 0;
    for (let tries = 0; tries < hostCount && !fits(host); tries++) host = (host + 1) % hostCount;
    homes.push(host);
    given[host] = (given[host] ?? 0) + memory;
    const cores = 1 + draw(Math.min(8, memory));
    vcpus[host] = (vcpus[host] ?? 0) + cores;
    const busy = draw(10) === 0 ? 40 + draw(50) : 2 + draw(20);
    return {
      name: `guest${String(guest).padStart(4, "0")}`,
      host: name(host),
      memoryBytes: memory * gib,
      vcpus: cores,
      devices: {},
      used: { cpu: (cores * busy) / 100, memoryBytes: Math.floor((memory * gib * (30 + draw(66))) / 100) },
      ...(draw(10) === 0 ? { allowed: given.flatMap((_, h) => (h % 2 === host % 2 ? [name(h)] : [])) } : {}),
      ...(draw(20) === 0 ? { disks: [{ storage: "local", bytes: (20 + draw(80)) * gib }] } : {}),
      ...(guest % 30 < 3
        ? {
            apartFrom: [third, third + 1, third + 2]
              .filter((g) => g !== guest && g < guests)
              .map((g) => `guest${String(g).padStart(4, "0")}`),
          }
        : {}),
      onLoss: "restart",
    };
  });
  const threads = 2 * Math.ceil(Math.max(...vcpus) / 4);
  const hosts = given.map(
    (_, h): Host => ({
      name: name(h),
      memoryBytes: room * gib,
      memoryTotalBytes: (room + 4) * gib,
      vcpuLimit: threads * 3,
      cores: threads,
      devices: {},
      storages: { local: 8192 * gib },
      own: { cpu: 0.5, memoryBytes: 3 * gib },
      linkBitsPerSecond: 25e9,
    }),
  );
  return { hosts, items, movesPerLink: 2 };
};
