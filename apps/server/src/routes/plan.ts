import { type Drift, type Plan, parseTarget, planFor, planSchema, type Target, targeted } from "@orrery/plan";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { typed } from "../http/typed.ts";
import { clusterPath, declaredOf, readingOf } from "./of-cluster.ts";

const plan = named("Plan", typed<Plan>(planSchema));
const drift = named("Drift", typed<Drift>(planSchema.shape.drift.element));
const viewer = { kind: "role", role: "viewer" } as const;

const targetOf = (text: string): Target => {
  const target = parseTarget(text);
  if (target !== undefined) return target;
  throw new Refusal("bad-input", "query.target: expected KIND/NAME, such as pool/lab.", { place: "query.target" });
};

type Asked = Parameters<typeof declaredOf>[0];

/** What is planned for one reading stays so: the same plan for the same state. */
const planned = new WeakMap<object, Plan>();

const planOf = (asked: Asked): Plan => {
  const { lab } = declaredOf(asked);
  const { state } = readingOf(asked);
  const made = planned.get(state) ?? planFor(lab, state, asked.services.clock.now());
  planned.set(state, made);
  return made;
};

const whole = jsonRoute({
  id: "getPlan",
  method: "GET",
  url: "/api/clusters/{cluster}/plan",
  tag: "Plan",
  summary: "what would turn the cluster, as it was seen last, into its declaration",
  about: "The same as `orrery plan`: a file that `orrery apply` takes, which looks at everything again before it acts.",
  access: viewer,
  ...nothing,
  path: clusterPath,
  query: z.strictObject({ target: several(z.string().max(200)).describe("KIND/NAME: only these, and what they need") }),
  reply: plan,
  handle: (asked) => {
    const targets = asked.query.target?.map(targetOf);
    const made = planOf(asked);
    return targets === undefined ? made : targeted(made, targets);
  },
});

const drifted = jsonRoute({
  id: "listDrift",
  method: "GET",
  url: "/api/clusters/{cluster}/drift",
  tag: "Plan",
  summary: "what differs between declaration and cluster, object by object, and who changed it",
  access: viewer,
  ...nothing,
  path: clusterPath,
  reply: z.strictObject({
    observedAt: z.number(),
    drift: z.array(drift),
    unmanaged: z.number().describe("objects that nobody declares"),
    undecided: z.number().describe("properties about which nothing can be said"),
  }),
  handle: (asked) => {
    const made = planOf(asked);
    return {
      observedAt: made.base.observedAt,
      drift: [...made.drift],
      unmanaged: made.unmanaged.length,
      undecided: made.undecided.length,
    };
  },
});

export const planRoutes: readonly Route[] = [whole, drifted];
