import { type Lab, nearest } from "@orrery/model";
import {
  absorb,
  costOf,
  type Derived,
  type MovePlan,
  moveOrdersOf,
  type Purpose,
  planMoves,
  problemOf,
  usualSteps,
} from "@orrery/placement";
import type { ClusterState } from "@orrery/state";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { flag, several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterOf, clusterPath, stateOf } from "./of-cluster.ts";

const purposes = ["spread", "drain", "place", "absorb"] as const;
const text = z.string().max(100);
const query = z.strictObject({
  purpose: z.enum(purposes).default("spread"),
  node: several(text).describe("to drain, or whose loss is to be absorbed"),
  guest: several(text).describe("to be placed: VMID or name"),
  tags: z.enum(["proxlb", "none"]).optional(),
  absorbs: z.enum(["none", "wish", "rule", "always"]).optional(),
  liveOnly: flag.default(false),
});
type Query = z.output<typeof query>;

/** What comes of it, by its kind; `moves` in their order, each with its reason and cost. */
const reply = named(
  "Placement",
  z.looseObject({
    kind: z.string(),
    at: z.number().describe("when the cluster was observed"),
    purpose: z.enum(purposes),
    ties: z.array(z.strictObject({ guest: z.string(), kind: z.string(), nodes: z.array(z.string()), why: z.string() })),
    assumed: z.array(z.string()).describe("what was not known, and how it was taken"),
    moves: z.array(z.looseObject({})).optional(),
  }),
);

const problem = (place: string, why: string): Refusal => new Refusal("bad-input", `${place}: ${why}.`, { place });

const needed = (values: readonly string[] | undefined, place: string, purpose: string): readonly string[] => {
  if (values !== undefined) return values;
  throw problem(place, `is missing: the purpose ${purpose} needs it`);
};

type Found = Derived & { readonly kind: "derived" };

const purposeOf = ({ purpose, node }: Query, { problem: { items } }: Found): Purpose => {
  if (purpose === "drain") return { kind: "drain", hosts: [...needed(node, "query.node", purpose)] };
  if (purpose === "place")
    return { kind: "place", items: items.filter(({ host }) => host === undefined).map(({ name }) => name) };
  return { kind: "spread" };
};

const movesOf = (found: Found, plan: MovePlan) => {
  if (plan.kind !== "moves") return plan;
  const { steps: _steps, ...rest } = plan;
  return { ...rest, cost: costOf(found.problem, plan), moves: moveOrdersOf(found, plan).map((move) => ({ ...move })) };
};

type Placement = z.input<typeof reply>;

/** The same question about the same state has the same answer, and finding it takes a tenth of a second. */
const answered = new WeakMap<ClusterState, Map<string, Placement>>();
const mostAnswers = 50;

const placementOf = (state: ClusterState, lab: Lab | undefined, query: Query): Placement => {
  const { purpose, node, guest, tags, absorbs, liveOnly } = query;
  const nodes = purpose === "drain" || purpose === "absorb" ? needed(node, "query.node", purpose) : [];
  const derived = problemOf(state, {
    ...(lab === undefined ? {} : { lab }),
    ...(tags === undefined ? {} : { tags }),
    ...(absorbs === undefined ? {} : { absorbs }),
    ...(purpose === "drain" ? { draining: nodes } : {}),
    ...(purpose === "place" ? { placing: needed(guest, "query.guest", purpose) } : {}),
    afterLoss: purpose === "absorb",
    liveOnly,
  });
  if (derived.kind === "unobserved")
    throw new Refusal("not-ready", `Which guests there are could not be read: ${derived.why}.`, { retryAfter: 10 });
  const hosts = derived.problem.hosts.map(({ name }) => name);
  const strange = nodes.find((name) => !hosts.includes(name));
  if (strange !== undefined) {
    const meant = nearest(strange, hosts);
    throw problem("query.node", `there is no such node${meant === undefined ? "" : `: did you mean ${meant}?`}`);
  }
  const [wrong] = derived.notPlaceable;
  if (wrong !== undefined) throw problem("query.guest", `cannot be placed: ${wrong.why}`);
  const { ties, assumed } = derived;
  const told = {
    at: state.at,
    purpose,
    ties: ties.map((tie) => ({ ...tie, nodes: [...tie.nodes] })),
    assumed: [...assumed],
  };
  const steps = usualSteps(derived.problem);
  if (purpose === "absorb") {
    const [lost = "", ...others] = nodes;
    if (others.length > 0) throw problem("query.node", "the loss of one node at a time");
    return { ...told, ...absorb(derived.problem, lost, { steps }, { rearrange: true }) };
  }
  return { ...told, ...movesOf(derived, planMoves(derived.problem, purposeOf(query, derived), { steps })) };
};

const placement = jsonRoute({
  id: "getPlacement",
  method: "GET",
  url: "/api/clusters/{cluster}/placement",
  tag: "Placement",
  summary: "where guests should run, and how they get there; whether a loss can be absorbed. Moves nothing",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query,
  reply,
  handle: (asked) => {
    const state = stateOf(asked);
    const answers = answered.get(state) ?? new Map<string, Placement>();
    answered.set(state, answers);
    const key = JSON.stringify(asked.query);
    const answer = answers.get(key) ?? placementOf(state, clusterOf(asked).declared?.lab, asked.query);
    if (answers.size < mostAnswers) answers.set(key, answer);
    return answer;
  },
});

export const placementRoutes: readonly Route[] = [placement];
