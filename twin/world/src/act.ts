import type { NodeActMap } from "./node-act-map.ts";

/**
 * What a task does to the world at one moment, as data: the kind, and what it is told.
 * `acts.ts` maps each kind to the function that does it; the file of each operation says what its acts do.
 */
export type ActMap = NodeActMap & {
  "guest.release": { vmid: number };
  "guest.check-start": { vmid: number; skipLock: boolean };
  "guest.overrule-shutdown": { vmid: number };
  "guest.launch": { vmid: number; skipLock: boolean };
  "guest.end": { vmid: number };
  "guest.pause": { vmid: number };
  "guest.resume": { vmid: number };
  "guest.reset": { vmid: number };
  "guest.request-shutdown": { vmid: number; timeoutMs: number; force: boolean };
  "guest.finish-shutdown": { vmid: number; obeyed: boolean; force: boolean };
  "ha.request": { sid: string; state: "started" | "stopped" };
};

export type ActOf<Kind extends keyof ActMap> = { [K in Kind]: { kind: K } & ActMap[K] }[Kind];
export type Act = ActOf<keyof ActMap>;
