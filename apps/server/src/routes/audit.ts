import { z } from "zod";
import { named } from "../http/open-api.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";

const entry = named(
  "AuditEntry",
  z.strictObject({
    number: z.number(),
    at: z.number(),
    phase: z.enum(["begins", "ends", "refused"]),
    who: z.string(),
    account: z.string().optional(),
    from: z.string(),
    what: z.string(),
    path: z.string(),
    request: z.string(),
    status: z.number().optional(),
    why: z.string().optional(),
  }),
);

const list = jsonRoute({
  id: "listAudit",
  method: "GET",
  url: "/api/audit",
  tag: "Audit",
  summary: "every change and every refusal of access, the newest first",
  access: { kind: "role", role: "auditor" },
  ...nothing,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(1000).default(100),
    before: z.coerce.number().int().min(1).optional().describe("only entries of a lower number: the next page"),
  }),
  reply: z.strictObject({ entries: z.array(entry) }),
  handle: async ({ query: { limit, before }, services }) => {
    const entries = await services.keeping.audit.read({ limit, ...(before === undefined ? {} : { before }) });
    return {
      entries: entries.map(({ account, ...rest }) => ({ ...rest, ...(account === undefined ? {} : { account }) })),
    };
  },
});

export const auditRoutes: readonly Route[] = [list];
