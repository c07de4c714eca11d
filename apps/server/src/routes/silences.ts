import { randomUUID } from "node:crypto";
import type { KeptSilence } from "@orrery/watch";
import { z } from "zod";
import { callerName } from "../access/caller.ts";
import { named } from "../http/open-api.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterOf, clusterPath } from "./of-cluster.ts";

/** A pattern that somebody gives is held against labels again and again: nothing in it may take long. */
const isQuick = (pattern: string): boolean => {
  if (/[()\\]/.test(pattern) || (pattern.match(/[*+?{]/g)?.length ?? 0) > 3) return false;
  try {
    return new RegExp(`^(?:${pattern})$`) instanceof RegExp;
  } catch {
    return false;
  }
};

const matcher = z
  .strictObject({
    label: z.string().regex(/^[a-z_]{1,50}$/, "expected the name of a label"),
    kind: z.enum(["=", "!=", "=~", "!~"]),
    value: z.string().max(300),
  })
  .refine(({ kind, value }) => kind === "=" || kind === "!=" || isQuick(value), {
    path: ["value"],
    message: "expected a pattern without groups, with three repetitions at the most",
  });

const silence = named(
  "Silence",
  z.strictObject({
    id: z.string(),
    matchers: z.array(z.strictObject({ label: z.string(), kind: z.enum(["=", "!=", "=~", "!~"]), value: z.string() })),
    starts: z.number().describe("epoch milliseconds"),
    ends: z.number().describe("epoch milliseconds"),
    by: z.string(),
    why: z.string(),
    setAt: z.number().describe("epoch milliseconds"),
  }),
);

const shown = ({ matchers, ...rest }: KeptSilence): z.input<typeof silence> => ({
  ...rest,
  matchers: matchers.map((one) => ({ ...one })),
});

const list = jsonRoute({
  id: "listSilences",
  method: "GET",
  url: "/api/clusters/{cluster}/silences",
  tag: "Alerts",
  summary: "the silences that have not ended",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  reply: z.strictObject({ silences: z.array(silence) }),
  handle: async (given) => {
    const { memory } = given.services.alerting;
    const found = await memory.silences(clusterOf(given).id, given.services.clock.now());
    return { silences: found.map(shown) };
  },
});

/** A silence that outlives everybody's memory of it hides what it was not meant for. */
const longestMs = 90 * 86_400_000;

const set = jsonRoute({
  id: "setSilence",
  method: "POST",
  url: "/api/clusters/{cluster}/silences",
  tag: "Alerts",
  summary: "keeps alerts quiet for a while: they are seen, and nobody is told of them",
  about: "All matchers have to hold. `=~` and `!~` are held against the whole value.",
  access: { kind: "role", role: "operator" },
  ...nothing,
  path: clusterPath,
  body: z.strictObject({
    matchers: z.array(matcher).min(1).max(20),
    starts: z.number().optional().describe("epoch milliseconds; now unless told"),
    ends: z.number().describe("epoch milliseconds, 90 days from now at the most"),
    why: z.string().min(1).max(500),
  }),
  status: 201,
  reply: silence,
  handle: async (given) => {
    const { body, caller, services } = given;
    const now = services.clock.now();
    const { starts = now, ends, matchers, why } = body;
    if (ends <= Math.max(starts, now))
      throw new Refusal("bad-input", "body.ends: it would end before it begins.", { place: "body.ends" });
    if (ends > now + longestMs)
      throw new Refusal("bad-input", "body.ends: a silence lasts for 90 days at the most.", { place: "body.ends" });
    const made: KeptSilence = { id: randomUUID(), matchers, starts, ends, why, by: callerName(caller), setAt: now };
    await services.alerting.memory.addSilence(clusterOf(given).id, made);
    return shown(made);
  },
});

const end = jsonRoute({
  id: "endSilence",
  method: "DELETE",
  url: "/api/clusters/{cluster}/silences/{silence}",
  tag: "Alerts",
  summary: "ends a silence now",
  access: { kind: "role", role: "operator" },
  ...nothing,
  path: clusterPath.extend({ silence: z.string().max(100) }),
  reply: z.strictObject({ ended: z.literal(true) }),
  handle: async (given) => {
    const { path, services } = given;
    const ended = await services.alerting.memory.endSilence(clusterOf(given).id, path.silence, services.clock.now());
    if (!ended) throw new Refusal("not-found", "There is no such silence, or it has ended.", { place: "path.silence" });
    return { ended: true as const };
  },
});

export const silenceRoutes: readonly Route[] = [list, set, end];
