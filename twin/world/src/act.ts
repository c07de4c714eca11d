/**
 * What a task does to the world at one moment, as data. `acts.ts` maps each kind to the function that does it;
 * the file of each operation tells what its acts do.
 */
export type Act = { kind: "guest.boot"; vmid: number } | { kind: "guest.halt"; vmid: number };
