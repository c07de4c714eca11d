import { inventoryOf, known, refText } from "@orrery/model";
import { assumedRunMs, copyGraceMs, coverageOf, whyRunsUnknown } from "@orrery/protection";
import { keptValue } from "@orrery/state";
import { z } from "zod";
import { type Cell, dayStates, freshnessOf, type GuestFreshness } from "../backups/freshness.ts";
import { named } from "../http/open-api.ts";
import { paged, pageOf, paging } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { typed } from "../http/typed.ts";
import { clusterOf, clusterPath } from "./of-cluster.ts";

const moment = z.number().describe("epoch milliseconds");
const ids = z.array(z.string()).describe("of policies");

const copy = {
  at: moment,
  storage: z.string(),
  volid: z.string(),
  size: z.number().optional().describe("bytes"),
  verified: z.enum(["ok", "failed"]).optional().describe("left out of what was never verified"),
  protected: z.boolean(),
};

const cell = named(
  "BackupDay",
  typed<Cell>(
    z.strictObject({
      state: z
        .enum(dayStates)
        .describe(
          "the worst of the day. missed: a run has no copy that by its retention should be there; broken: a copy failed its verification; unknown: the storage could not be read; awaited: a run is not overdue yet; past: kept no longer; none: nothing was due",
        ),
      copies: z
        .array(z.strictObject({ ...copy, policy: z.string().optional().describe("whose run it is taken for") }))
        .optional(),
      missed: ids.optional(),
      awaited: ids.optional(),
    }),
  ),
);

const guest = named(
  "GuestBackups",
  typed<GuestFreshness>(
    z.strictObject({
      vmid: z.number(),
      name: z.string().optional(),
      node: z.string(),
      kind: z.enum(["qemu", "lxc"]),
      declared: z.boolean(),
      policies: ids,
      withoutJob: z.boolean().optional().describe("the cluster says that no backup job covers it"),
      newest: z.strictObject(copy).optional().describe("that did not fail its verification"),
      sure: z.boolean().describe("every storage with backups could be read"),
      objective: z
        .strictObject({ seconds: z.number(), scenario: z.string() })
        .optional()
        .describe("the least that may be lost of it by the declaration's scenarios"),
      days: z.array(cell),
    }),
  ),
);

const policy = named(
  "BackupPolicy",
  z.strictObject({
    id: z.string(),
    title: z.string(),
    storage: z.string(),
    enabled: z.boolean(),
    guests: z.number().describe("declared guests that it covers"),
    roughly: z.string().optional().describe("why the moments of its runs are not known, or their days alone"),
    lasts: z.number().describe("seconds that a run is given"),
    assumed: z.boolean().describe("nobody measured how long a run takes"),
  }),
);

const store = z.strictObject({
  storage: z.string(),
  node: z.string().describe("empty where all nodes share it"),
  known: z.boolean(),
  at: moment.optional(),
  why: z.string().optional().describe("why its list is not known, or not newer"),
});

const list = jsonRoute({
  id: "listBackups",
  method: "GET",
  url: "/api/clusters/{cluster}/backups",
  tag: "Backups",
  summary: "each guest's backups by day, against the policies that are to make them",
  about:
    "Which policy made a copy no storage tells: it is taken for the last run before it that has none yet. Copies that were taken elsewhere are not seen.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query: z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(28), ...paging }),
  reply: z.strictObject({
    at: moment,
    zone: z.string().describe("by whose clock days begin"),
    days: z.array(z.strictObject({ from: moment, to: moment })),
    policies: z.array(policy).optional().describe("left out where nothing is declared"),
    stores: z.array(store),
    guests: z.array(guest),
    ...paged,
  }),
  handle: (asked) => {
    const { declared, feed, id } = clusterOf(asked);
    const seen = feed.watch?.()?.last?.seen;
    if (seen === undefined)
      throw new Refusal(
        "not-ready",
        `What backups of ${id} there are is not known here: nobody has looked yet, or another server does.`,
        {
          retryAfter: 5,
        },
      );
    if (keptValue(seen.cluster.resources) === undefined)
      throw new Refusal("not-ready", `Which guests ${id} has is not known.`, { retryAfter: 5 });
    const lab = declared?.lab;
    const found = freshnessOf(seen, lab, asked.query.days, asked.services.clock.now());
    const { items, ...page } = pageOf(found.guests, asked.query);
    const guestsOf = lab === undefined ? undefined : coverageOf(inventoryOf(lab)).guestsOf;
    return {
      at: found.at,
      zone: found.zone,
      days: [...found.days],
      ...(lab === undefined
        ? {}
        : {
            policies: lab.backup.policies
              .filter(({ covers }) => covers !== "configuration")
              .map((one) => {
                const [run, roughly] = [known(one.runTime), whyRunsUnknown(one, found.at)];
                return {
                  id: one.id,
                  title: one.title,
                  storage: refText(one.target),
                  enabled: one.enabled,
                  guests: guestsOf?.get(one)?.length ?? 0,
                  ...(roughly === undefined ? {} : { roughly }),
                  lasts: (run ?? assumedRunMs / 1000) + copyGraceMs / 1000,
                  assumed: run === undefined,
                };
              }),
          }),
      stores: [...found.copies.stores],
      guests: items.map(found.freshnessOf),
      ...page,
    };
  },
});

export const backupRoutes: readonly Route[] = [list];
