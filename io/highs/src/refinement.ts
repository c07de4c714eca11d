import { type Budget, type MovePlan, modelMoves, type Problem, type Purpose, planMoves } from "@orrery/placement";
import type { Solver, SolverLimits } from "./solver.ts";

/**
 * A plan made better by HiGHS, beginning with the plan's own end, or the plan with a higher bound beside it. Give it the
 * budget that the plan was made with. What HiGHS finds is put into order and explained as any plan, and is not taken
 * where it breaks a rule or cannot be come by.
 */
export const refinePlan = async (
  solver: Solver,
  problem: Problem,
  purpose: Purpose,
  budget: Budget,
  plan: MovePlan,
  limits: SolverLimits,
): Promise<MovePlan> => {
  const question = modelMoves(problem, purpose, budget, plan);
  if (question === undefined) return plan;
  const solution = await solver.solve(question.model, question.start, limits);
  // Solvers work within a tolerance: what they show is taken with a grain off.
  const bound = Number.isFinite(solution.bound) ? solution.bound - 1e-4 : 0;
  const ends = solution.kind === "solved" ? question.endsOf(solution.values) : new Map<string, string>();
  return planMoves(problem, purpose, budget, { ends, bound });
};
