import { type Lab, labSchema, type Path, type Problem } from "./lab.ts";
import { referenceProblems } from "./reference.ts";

export type Parsed =
  | { readonly kind: "lab"; readonly lab: Lab }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

const isStep = (step: PropertyKey): step is string | number => typeof step !== "symbol";

/** Union errors carry the problems of every alternative; what helps is the sentence that we gave the union itself. */
const problemOf = (issue: {
  path: PropertyKey[];
  message: string;
  code?: string | undefined;
  keys?: unknown;
}): Problem[] => {
  const path: Path = issue.path.filter(isStep);
  if (issue.code !== "unrecognized_keys" || !Array.isArray(issue.keys)) return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, String(key)], message: `no such property: "${String(key)}"` }));
};

/**
 * Validates a declaration.
 *
 * @param raw what a configuration file exports; anything at all
 * @returns the lab, or every problem found, each with its path: first those of shape, and where there are none those of
 * references (names that nothing declares, cycles). Never throws.
 */
export const parseLab = (raw: unknown): Parsed => {
  // Compiling the schema takes twice as long as reading a lab with it, and a process reads one.
  const result = labSchema.safeParse(raw, { jitless: true });
  if (!result.success) return { kind: "problems", problems: result.error.issues.flatMap(problemOf) };
  const problems = referenceProblems(result.data);
  return problems.length > 0 ? { kind: "problems", problems } : { kind: "lab", lab: result.data };
};
