import { z } from "zod";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";

const alive = jsonRoute({
  id: "getHealth",
  method: "GET",
  url: "/healthz",
  tag: "Server",
  summary: "says that the process answers",
  access: { kind: "open", because: "who watches the server has no account" },
  ...nothing,
  reply: z.strictObject({ status: z.literal("alive") }),
  handle: () => ({ status: "alive" as const }),
});

const ready = jsonRoute({
  id: "getReadiness",
  method: "GET",
  url: "/readyz",
  tag: "Server",
  summary: "says whether requests can be served: not while what the server keeps is out of reach, or it stops",
  about: "Clusters that do not answer are told by GET /api/clusters; the server is ready all the same.",
  access: { kind: "open", because: "who watches the server has no account" },
  ...nothing,
  reply: z.strictObject({ status: z.literal("ready") }),
  handle: async ({ services }) => {
    if (services.stopping.aborted) throw new Refusal("not-ready", "The server stops.");
    if ((await services.keeping.trouble()) !== undefined)
      throw new Refusal("not-ready", "What the server keeps is out of reach; its log tells why.");
    return { status: "ready" as const };
  },
});

const about = jsonRoute({
  id: "getServer",
  method: "GET",
  url: "/api/server",
  tag: "Server",
  summary: "tells what this server is: its version, its clock, and where it keeps accounts, tokens and the audit trail",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  reply: z.strictObject({
    version: z.string(),
    now: z.number().describe("epoch milliseconds"),
    keeping: z.strictObject({ kind: z.string(), outlivesProcess: z.boolean() }),
  }),
  handle: ({ services }) => ({
    version: services.version,
    now: services.clock.now(),
    keeping: services.keeping.about,
  }),
});

export const healthRoutes: readonly Route[] = [alive, ready, about];
