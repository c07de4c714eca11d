import { type Incident, type IncidentEntry, withEntry } from "@orrery/alerting";
import type { Lab } from "@orrery/model";
import { z } from "zod";
import { callerName } from "../access/caller.ts";
import { named } from "../http/open-api.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterOf, clusterPath } from "./of-cluster.ts";

const time = z.number().describe("epoch milliseconds");

const entry = named(
  "IncidentEntry",
  z.strictObject({
    at: time,
    kind: z.enum(["fired", "resolved", "graver", "response", "note", "closed"]),
    title: z.string(),
    by: z.string().optional(),
    run: z.string().optional().describe("of a response: the run of its procedure"),
  }),
);

const brief = {
  id: z.string(),
  opened: time,
  subject: z.string(),
  severity: z.enum(["critical", "warning"]),
  state: z.enum(["open", "calm", "closed"]).describe("calm: nothing of it fires any more; closing is up to a person"),
  since: time.describe("when it came to be so"),
  firing: z.number().describe("how many alerts of it fire"),
  procedure: z.string().optional(),
  runbook: z.string().optional(),
};
const incidentBrief = named("IncidentBrief", z.strictObject(brief));
const incident = named(
  "Incident",
  z.strictObject({
    ...brief,
    response: z
      .strictObject({
        id: z.string(),
        title: z.string().optional(),
        steps: z.array(z.string()).describe("where they are declared; else the document has them"),
        document: z.string().optional(),
      })
      .optional(),
    findings: z
      .array(z.strictObject({ rule: z.string(), subject: z.string(), why: z.string() }))
      .describe("what was known to be wrong around it when it was opened"),
    timeline: z.array(entry),
  }),
);

const titleOf = (of: IncidentEntry): string => {
  switch (of.kind) {
    case "fired":
      return `${of.alert}: ${of.summary}`;
    case "resolved":
      return `${of.alert} is over: ${of.summary}`;
    case "graver":
      return `It is ${of.severity} now`;
    case "response":
      return `${of.procedure} was begun`;
    case "note":
    case "closed":
      return of.text;
  }
};

const entryOf = (of: IncidentEntry): z.input<typeof entry> => ({
  at: of.at,
  kind: of.kind,
  title: titleOf(of),
  ...("by" in of ? { by: of.by } : {}),
  ...(of.kind === "response" ? { run: of.run } : {}),
});

const sinceOf = ({ state, opened }: Incident): number => {
  switch (state.kind) {
    case "open":
      return opened;
    case "calm":
      return state.since;
    case "closed":
      return state.at;
  }
};

const briefOf = (of: Incident): z.input<typeof incidentBrief> => ({
  id: of.id,
  opened: of.opened,
  subject: of.subject,
  severity: of.severity,
  state: of.state.kind,
  since: sinceOf(of),
  firing: of.firing.length,
  ...(of.procedure === undefined ? {} : { procedure: of.procedure }),
  ...(of.document === undefined ? {} : { runbook: of.document }),
});

/** What the declaration says of the procedure that answers it. */
const responseOf = (of: Incident, lab: Lab | undefined): Pick<z.input<typeof incident>, "response"> => {
  const { procedure, document } = of;
  if (procedure === undefined) return {};
  const declared = lab?.maintenance.procedures.find(({ id }) => id === procedure);
  const known = lab?.knownErrors?.items.find((one) => one.procedure === procedure);
  const scenario = lab?.recovery.scenarios.find((one) => one.procedure === procedure);
  const title = declared?.title ?? scenario?.title ?? known?.issue;
  const written = document ?? declared?.document ?? scenario?.document;
  return {
    response: {
      id: procedure,
      ...(title === undefined ? {} : { title }),
      steps: [...(known?.resolution ?? [])],
      ...(written === undefined ? {} : { document: written }),
    },
  };
};

const shown = (of: Incident, lab: Lab | undefined): z.input<typeof incident> => ({
  ...briefOf(of),
  ...responseOf(of, lab),
  findings: of.findings.map((one) => ({ ...one })),
  timeline: of.timeline.map(entryOf),
});

const viewer = { kind: "role", role: "viewer" } as const;
const onePath = clusterPath.extend({ incident: z.string().max(200) });
const missing = (): Refusal => new Refusal("not-found", "There is no such incident.", { place: "path.incident" });

const list = jsonRoute({
  id: "listIncidents",
  method: "GET",
  url: "/api/clusters/{cluster}/incidents",
  tag: "Incidents",
  summary: "incidents, the newest first",
  access: viewer,
  ...nothing,
  path: clusterPath,
  query: z.strictObject({
    state: z.enum(["open", "calm", "closed"]).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(100),
  }),
  reply: z.strictObject({ incidents: z.array(incidentBrief) }),
  handle: async (given) => {
    const { query, services } = given;
    const found = await services.alerting.memory.incidents(clusterOf(given).id, query.limit);
    return {
      incidents: found.filter(({ state }) => query.state === undefined || state.kind === query.state).map(briefOf),
    };
  },
});

const one = jsonRoute({
  id: "getIncident",
  method: "GET",
  url: "/api/clusters/{cluster}/incidents/{incident}",
  tag: "Incidents",
  summary: "one incident: what answers it, what was found around it, what happened when",
  access: viewer,
  ...nothing,
  path: onePath,
  reply: incident,
  handle: async (given) => {
    const { id, declared } = clusterOf(given);
    const found = await given.services.alerting.memory.incident(id, given.path.incident);
    if (found === undefined) throw missing();
    return shown(found, declared?.lab);
  },
});

const words = z.string().min(1).max(5000);
const added = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("note"), text: words }),
  z.strictObject({ kind: z.literal("closed"), text: words.describe("what it was, and what was done") }),
  z.strictObject({
    kind: z.literal("response"),
    procedure: z.string().regex(/^[A-Z][A-Z0-9-]{2,40}$/, "expected the name of a procedure, such as PROX-RESP-001"),
    run: z.string().min(1).max(100),
  }),
]);

const addEntry = jsonRoute({
  id: "addIncidentEntry",
  method: "POST",
  url: "/api/clusters/{cluster}/incidents/{incident}/entries",
  tag: "Incidents",
  summary: "adds what a person knows: a note, that the response was begun, or that it is closed",
  access: { kind: "role", role: "operator" },
  ...nothing,
  path: onePath,
  body: added,
  status: 201,
  reply: incident,
  handle: async (given) => {
    const { body, path, caller, services } = given;
    const { id, declared } = clusterOf(given);
    const known = { at: services.clock.now(), by: callerName(caller), ...body };
    let wasClosed = false;
    const changed = await services.alerting.memory.amend(id, path.incident, (found) => {
      wasClosed = found.state.kind === "closed";
      return withEntry(found, known);
    });
    if (changed === undefined) throw missing();
    if (wasClosed) throw new Refusal("conflict", "It is closed already: nothing is added to it.");
    services.events.tell({
      kind: "incident",
      cluster: id,
      data: { id: changed.id, subject: changed.subject, state: changed.state.kind },
    });
    return shown(changed, declared?.lab);
  },
});

export const incidentRoutes: readonly Route[] = [list, one, addEntry];
