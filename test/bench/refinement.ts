import { refinePlan, Solver } from "@orrery/highs";
import { type LinearModel, type MovePlan, modelMoves, planMoves, usualSteps } from "@orrery/placement";
import { loadedLab } from "./loaded-lab.ts";

const spread = { kind: "spread" } as const;

const gap = 0.001;

/** Hosts, guests, and the seconds that HiGHS has. */
const sizes = [
  [5, 50, 5],
  [10, 150, 5],
  [16, 500, 20],
] as const;

/** Sets the search beside HiGHS: from doing nothing, and from where the search ended. Fewer points are better. */
export const benchRefinement = async (print: (line: string) => void): Promise<void> => {
  print(
    `Spreading load, in points: by search, by HiGHS alone in so many seconds, and by HiGHS going on from the search`,
  );
  print("  hosts guests   before   search       ms        s    HiGHS     both    bound");
  const solver = new Solver();
  for (const [hosts, guests, seconds] of sizes) {
    const limits = { seconds, gap };
    const problem = loadedLab({ hosts, guests, seed: hosts * guests });
    const budget = { steps: usualSteps(problem) };
    planMoves(problem, spread, budget);
    const began = performance.now();
    const plan = planMoves(problem, spread, budget);
    const took = performance.now() - began;
    // With no steps nothing is found: the solver begins with doing nothing. Whether its end can be come by is not asked.
    const idle = planMoves(problem, spread, { steps: 0 });
    const question = modelMoves(problem, spread, budget, idle);
    const solution = question && (await solver.solve(question.model, question.start, limits));
    const alone = solution?.kind === "solved" ? pointsOf(question?.model, solution.values).toFixed(2) : "none";
    const both = await refinePlan(solver, problem, spread, budget, plan, limits);
    const before = plan.kind === "moves" ? (plan.score.before ?? 0) : 0;
    const cells = [
      hosts,
      guests,
      before.toFixed(2),
      after(plan),
      took.toFixed(0),
      seconds,
      alone,
      after(both),
      bound(both),
    ];
    print(cells.map((cell, i) => String(cell).padStart(i < 2 ? 7 : 9)).join(""));
  }
  await solver.close();
};

const pointsOf = (model: LinearModel | undefined, values: Float64Array): number =>
  values.reduce((sum, value, column) => sum + value * (model?.cost[column] ?? 0), model?.offset ?? 0);

const after = (plan: MovePlan): string => (plan.kind === "moves" ? plan.score.after.toFixed(2) : plan.kind);

const bound = (plan: MovePlan): string => (plan.kind === "moves" ? plan.score.bound.toFixed(2) : "");

if (import.meta.main) await benchRefinement((line) => process.stdout.write(`${line}\n`));
