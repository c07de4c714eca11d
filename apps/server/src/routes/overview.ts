import { severities } from "@orrery/assurance";
import { isUnknown, type Lab, nextWindow, recurrenceOf, windowAt } from "@orrery/model";
import type { ClusterState } from "@orrery/state";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { typed } from "../http/typed.ts";
import { type Capacity, capacityOf } from "../overview/capacity.ts";
import { checkedOf } from "./assurance.ts";
import { clusterOf, clusterPath, stateOf } from "./of-cluster.ts";

const amount = z
  .strictObject({ total: z.number(), used: z.number().optional(), given: z.number() })
  .describe(
    "total: of the nodes that are online; used: as measured, left out where a node's is not known; given: to guests that run",
  );

const loss = named(
  "NodeLoss",
  z.strictObject({
    node: z.string(),
    kind: z.enum(["fits", "impossible", "undecided"]),
    moves: z.number().describe("guests that must find another place"),
    makeRoom: z.number().describe("guests that would have to make room elsewhere"),
    why: z.string().optional(),
    memory: z
      .strictObject({ room: z.number(), given: z.number() })
      .optional()
      .describe(
        "bytes, of the nodes that are left: room for guests after what nodes keep, and what guests would be given",
      ),
  }),
);

const capacity = named(
  "Capacity",
  typed<Capacity>(
    z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("known"),
        memory: amount,
        cpus: amount,
        losses: z.array(loss),
        worst: z.string().optional().describe("the node whose loss is worst"),
        assumed: z.array(z.string()).describe("what was not known, and how it was taken"),
      }),
      z.strictObject({ kind: z.literal("unknown"), why: z.string() }),
    ]),
  ),
);

const window = z.strictObject({
  id: z.string(),
  start: z.number().describe("epoch milliseconds"),
  end: z.number(),
  open: z.boolean(),
});

const counts = z.strictObject({ error: z.number(), warning: z.number(), note: z.number() });

type Opening = z.input<typeof window>;
type Unknowable = { readonly id: string; readonly why: string };

/** When each declared window opens next, or is open until; and why that cannot be told of some. */
const windowsOf = ({ service }: Lab, at: number): { windows: Opening[]; unknown: Unknowable[] } => {
  const windows: Opening[] = [];
  const unknown: Unknowable[] = [];
  for (const { id, schedule, duration } of service.hours.maintenance) {
    const recurrence = recurrenceOf(schedule);
    if (isUnknown(recurrence)) {
      unknown.push({ id, why: recurrence.why });
      continue;
    }
    const open = windowAt({ recurrence, duration }, at);
    const next = open ?? nextWindow({ recurrence, duration }, at);
    if (next === undefined) unknown.push({ id, why: "it opens no more" });
    else windows.push({ id, start: next.start, end: next.end, open: open !== undefined });
  }
  return { windows: windows.toSorted((one, other) => one.start - other.start), unknown };
};

/** What a state has room for stays so. */
const capacities = new WeakMap<ClusterState, Capacity>();

const overview = jsonRoute({
  id: "getOverview",
  method: "GET",
  url: "/api/clusters/{cluster}/overview",
  tag: "Clusters",
  summary: "what breaks objectives now: capacity after the loss of each node, findings by severity, the next windows",
  about:
    "What is declared is left out where no declaration is given. Objectives themselves: GET /api/clusters/{cluster}/objectives.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  reply: named(
    "Overview",
    z.strictObject({
      at: z.number().describe("epoch milliseconds: when the cluster was observed"),
      capacity,
      findings: counts.optional().describe("that are not waived"),
      waived: z.number().optional(),
      windows: z.array(window).optional().describe("the one that is open, or the next, of each that is declared"),
      unknownWindows: z.array(z.strictObject({ id: z.string(), why: z.string() })).optional(),
    }),
  ),
  handle: (asked) => {
    const state = stateOf(asked);
    const { declared } = clusterOf(asked);
    const now = asked.services.clock.now();
    const found = capacities.get(state) ?? capacityOf(state, declared?.lab);
    capacities.set(state, found);
    if (declared === undefined) return { at: state.at, capacity: found };
    const { findings } = checkedOf(declared, now).checked;
    const open = findings.filter(({ waived }) => waived === undefined);
    const [error = 0, warning = 0, note = 0] = severities.map(
      (severity) => open.filter((one) => one.severity === severity).length,
    );
    const { windows, unknown } = windowsOf(declared.lab, now);
    return {
      at: state.at,
      capacity: found,
      findings: { error, warning, note },
      waived: findings.length - open.length,
      windows,
      unknownWindows: unknown,
    };
  },
});

export const overviewRoutes: readonly Route[] = [overview];
