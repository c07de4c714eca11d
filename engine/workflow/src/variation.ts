import { draw, forkWorld, type Random, type World } from "@orrery/twin-world";

/** A standard normal draw, as far as twelve even ones add up to one: never beyond six. */
const normal = (random: Random): number => {
  let sum = -6;
  for (let index = 0; index < 12; index++) sum += draw(random);
  return sum;
};

/** Around 1: half below, half above; with a spread of 0.25 two thirds between 0.78 and 1.28. */
export const factorOf = (random: Random, spread: number): number => Math.exp(spread * normal(random));

/**
 * The same world with other durations: how long guests and nodes take to boot and to stop, how fast disks are and how much
 * guests change, each drawn around what it was. Nobody declares how they spread, so all do alike.
 */
export const varied = (world: World, random: Random, spread: number): World => {
  const fork = forkWorld(world);
  const factor = (): number => factorOf(random, spread);
  for (const vmid in fork.guests) {
    const guest = fork.guests[vmid];
    if (guest === undefined) continue;
    guest.bootMs = Math.round(guest.bootMs * factor());
    guest.shutdownMs = Math.round(guest.shutdownMs * factor());
    guest.changeBytesPerSecond *= factor();
    guest.dirtyBytesPerSecond *= factor();
  }
  for (const name in fork.nodes) {
    const node = fork.nodes[name];
    if (node !== undefined) node.bootSeconds = Math.round(node.bootSeconds * factor());
  }
  for (const id in fork.backings) {
    const backing = fork.backings[id];
    if (backing === undefined) continue;
    const speed = factor();
    backing.readBytesPerSecond *= speed;
    backing.writeBytesPerSecond *= speed;
  }
  return fork;
};
