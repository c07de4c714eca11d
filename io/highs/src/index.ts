export { refinePlan } from "./refinement.ts";
export { Solver, type SolverLimits } from "./solver.ts";
