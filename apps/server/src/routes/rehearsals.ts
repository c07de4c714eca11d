import { rehearsables, rehearsableWords } from "@orrery/procedures";
import type { Rehearsal } from "@orrery/workflow";
import { z } from "zod";
import { callerName } from "../access/caller.ts";
import { named } from "../http/open-api.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { typed } from "../http/typed.ts";
import type { RehearsalJob } from "../rehearsals/rehearsal.ts";
import { clusterOf, clusterPath, stateOf } from "./of-cluster.ts";

const names = z.array(z.string().min(1).max(100)).max(100);
const asked = z.strictObject({
  what: z.enum(rehearsableWords).describe(rehearsableWords.map((word) => rehearsables[word].about).join("; ")),
  nodes: names.default([]).describe("to drain, one after the other; none: all"),
  stop: names.default([]).describe("guests that stop with their node, beside those that are declared to"),
  reboot: z.boolean().default(false),
  bringBack: z.boolean().default(true),
  faults: z
    .array(z.string().max(200))
    .max(20)
    .default([])
    .describe('a minute after its beginning: "node pve1 loses-power"'),
  seed: z.number().int().min(0).max(2_147_483_647).default(1),
});

const rehearsal = named(
  "RehearsalResult",
  typed<Rehearsal>(
    z.looseObject({ kind: z.literal("rehearsal"), format: z.literal(1), timeline: z.array(z.looseObject({})) }),
  ),
);

const job = named(
  "Rehearsal",
  z.strictObject({
    id: z.string(),
    cluster: z.string(),
    by: z.string(),
    askedAt: z.number(),
    observedAt: z.number().describe("when the state was observed that it begins from"),
    asked: z.looseObject({ what: z.string() }),
    state: z.enum(["queued", "running", "done", "failed", "cancelled"]),
    why: z.string().optional(),
    endedAt: z.number().optional(),
    assumptions: z.number().optional().describe("what the twin had to assume of the cluster"),
    result: rehearsal.optional(),
  }),
);

const shown = ({ state, asked: given, ...rest }: RehearsalJob, isWhole: boolean): z.input<typeof job> => ({
  ...rest,
  asked: { ...given },
  state: state.kind,
  why: state.kind === "failed" ? state.why : undefined,
  endedAt: "at" in state ? state.at : undefined,
  assumptions: state.kind === "done" ? state.assumptions : undefined,
  result: isWhole && state.kind === "done" ? state.rehearsal : undefined,
});

const onePath = clusterPath.extend({ rehearsal: z.string().max(100) });
const missing = (): Refusal => new Refusal("not-found", "There is no such rehearsal.", { place: "path.rehearsal" });

const begin = jsonRoute({
  id: "beginRehearsal",
  method: "POST",
  url: "/api/clusters/{cluster}/rehearsals",
  tag: "Rehearsals",
  summary: "rehearses on the twin of the cluster, as it was seen last: nothing of the cluster is touched",
  about: "It runs beside; GET tells how it goes, and so do the events. One runs at a time, the others wait.",
  access: { kind: "role", role: "operator" },
  ...nothing,
  path: clusterPath,
  body: asked,
  status: 202,
  reply: job,
  handle: (given) => {
    const { body, path, caller, services } = given;
    const question = { asked: body, state: stateOf(given), lab: clusterOf(given).declared?.lab };
    const begun = services.rehearsals.ask(path.cluster, callerName(caller), question);
    if (begun === undefined)
      throw new Refusal("too-many", "Too many rehearsals wait already. Try again later.", { retryAfter: 60 });
    return shown(begun, true);
  },
});

const list = jsonRoute({
  id: "listRehearsals",
  method: "GET",
  url: "/api/clusters/{cluster}/rehearsals",
  tag: "Rehearsals",
  summary: "the last rehearsals of a cluster, the newest first, without their results",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  reply: z.strictObject({ rehearsals: z.array(job) }),
  handle: (given) => ({
    rehearsals: given.services.rehearsals.of(clusterOf(given).id).map((one) => shown(one, false)),
  }),
});

const whole = jsonRoute({
  id: "getRehearsal",
  method: "GET",
  url: "/api/clusters/{cluster}/rehearsals/{rehearsal}",
  tag: "Rehearsals",
  summary: "one rehearsal: timeline, peaks, quorum, objectives",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: onePath,
  reply: job,
  handle: (given) => {
    const found = given.services.rehearsals.get(clusterOf(given).id, given.path.rehearsal);
    if (found === undefined) throw missing();
    return shown(found, true);
  },
});

const cancel = jsonRoute({
  id: "cancelRehearsal",
  method: "DELETE",
  url: "/api/clusters/{cluster}/rehearsals/{rehearsal}",
  tag: "Rehearsals",
  summary: "ends a rehearsal that waits or runs; one that has ended stays as it is",
  access: { kind: "role", role: "operator" },
  ...nothing,
  path: onePath,
  reply: job,
  handle: (given) => {
    const { rehearsals } = given.services;
    const cluster = clusterOf(given).id;
    if (rehearsals.get(cluster, given.path.rehearsal) === undefined) throw missing();
    rehearsals.cancel(given.path.rehearsal);
    const now = rehearsals.get(cluster, given.path.rehearsal);
    if (now === undefined) throw missing();
    return shown(now, false);
  },
});

export const rehearsalRoutes: readonly Route[] = [begin, list, whole, cancel];
