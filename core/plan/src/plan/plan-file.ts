import { pveVersions } from "@orrery/contract";
import { z } from "zod";
import { objectKinds } from "../compare/object-kind.ts";
import { sorted } from "./graph.ts";
import type { Plan } from "./plan.ts";
import { principals, risks } from "./step.ts";

const text = z.string();
const instant = z.number();
const value = z.union([text, z.array(text), z.record(text, text)], {
  error: "expected a text, a list or keys of text",
});
const properties = z.record(text, value);
const object = z.strictObject({ kind: z.enum(objectKinds, "no kind of object"), id: text });
const node = text.regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/, "expected the name of a node");

const secret = z.strictObject({ secret: text, after: text.optional(), encoding: z.literal("base64").optional() });

const call = z.strictObject({
  method: z.enum(["POST", "PUT", "DELETE"]),
  path: text.regex(/^\/[a-z]/, "expected a path of the API such as /nodes/{node}/qemu"),
  parameters: z.record(
    text,
    z.union([text, z.number(), z.array(z.union([text, secret])), secret], {
      error: "expected a text, a number, a list or a secret by its place",
    }),
  ),
  answers: z.enum(["nothing", "task"]),
  reveals: z.strictObject({ key: text, as: text }).optional(),
});

const expectation = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("absent") }),
  z.strictObject({ kind: z.literal("present"), properties: z.record(text, value.nullable()) }),
]);

const action = z.strictObject({
  id: text.min(1),
  object,
  name: text.optional(),
  verb: text,
  title: text,
  because: text,
  calls: z.array(call),
  from: expectation,
  expects: expectation,
  risk: z.enum(risks),
  principal: z.enum(principals),
  consent: text.optional(),
  node: node.optional(),
  pending: z.array(text).optional(),
  handsOver: z.strictObject({ tasks: z.array(text.min(1)), within: z.number().positive() }).optional(),
  follows: z.array(object).optional(),
  rollbackAfter: z.number().positive().optional(),
  rollback: z.array(call).optional(),
  takeBack: z.array(call).optional(),
  after: z.array(text),
});

const difference = z.strictObject({ property: text, declared: value.optional(), observed: value.optional() });

const drift = z.strictObject({
  object,
  name: text.optional(),
  kind: z.enum(["missing", "surplus", "changed"]),
  properties: z.array(difference),
  path: z.array(z.union([text, z.number()])).optional(),
  by: z.strictObject({ user: text, at: instant, task: text }).optional(),
});

const findings = z.array(z.strictObject({ subject: text, why: text }));

/** A plan as JSON, by its form alone: that its order can be kept is for `parsePlan` to see. */
export const planSchema = z.strictObject({
  kind: z.literal("plan", { error: 'expected a plan: { "kind": "plan", … }' }),
  format: z.literal(1, { error: "this Orrery reads plans of format 1" }),
  cluster: text,
  contract: z.enum(pveVersions),
  made: instant,
  purpose: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("drain"), nodes: z.array(node) }),
      z.strictObject({ kind: z.literal("spread") }),
    ])
    .optional(),
  base: z.strictObject({
    observedAt: instant,
    cluster: text.optional(),
    objects: z.array(
      z.strictObject({ object, name: text.optional(), node: text.optional(), properties: properties.nullable() }),
    ),
  }),
  drift: z.array(drift),
  actions: z.array(action),
  unmanaged: z.array(object),
  undecided: z.array(z.strictObject({ object, property: text.optional(), why: text })),
  stuck: z.array(z.strictObject({ object, why: text })),
  mark: z.strictObject({ tag: text.min(1), word: text.min(1) }),
  windows: z.array(z.strictObject({ id: text, start: instant, end: instant })),
  findings: z.strictObject({ breaks: findings, mends: findings, unknown: text.optional() }).optional(),
});

export type ReadPlan =
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "problem"; readonly why: string };

const problem = (why: string): ReadPlan => ({ kind: "problem", why });

const placed = (path: readonly PropertyKey[]): string => (path.length === 0 ? "" : `${path.map(String).join(".")}: `);

/** What no type says: ids that are there once, and an order that can be kept. */
const orderProblem = ({ actions }: Plan): string | undefined => {
  const ids = new Set(actions.map(({ id }) => id));
  if (ids.size < actions.length) return "two of its actions have the same id";
  for (const { id, after } of actions) {
    const strange = after.find((before) => !ids.has(before));
    if (strange !== undefined) return `the action "${id}" waits for "${strange}", which is not there`;
  }
  const order = sorted(actions);
  return order.kind === "circle" ? `these actions wait for each other: ${order.ids.join(", ")}` : undefined;
};

/** Takes plain JSON for a plan, or says in a sentence why it is none. */
export const parsePlan = (raw: unknown): ReadPlan => {
  const parsed = planSchema.safeParse(raw, { jitless: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return problem(`${placed(issue?.path ?? [])}${issue?.message ?? "it is no plan"}`);
  }
  // The schema has what the type has, but for optional keys, which JSON cannot hold as undefined.
  const plan = parsed.data as Plan;
  const why = orderProblem(plan);
  return why === undefined ? { kind: "plan", plan } : problem(why);
};

/** Reads a plan file, or says in a sentence why it is none. */
export const readPlan = (file: string): ReadPlan => {
  try {
    return parsePlan(JSON.parse(file));
  } catch {
    return problem("it is no JSON");
  }
};

/** The plan as it is kept in a file. */
export const planText = (plan: Plan): string => `${JSON.stringify(plan, null, 2)}\n`;
