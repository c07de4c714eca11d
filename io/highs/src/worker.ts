import { parentPort } from "node:worker_threads";
import type { LinearModel } from "@orrery/placement";
import highsPackage, { type Highs, type ModelData } from "highs";
import type { Question, Reply, Solution } from "./solution.ts";

/** The package's types describe its CommonJS door; its ES module's default is the loader itself. */
const isLoader = (value: unknown): value is () => Promise<Highs> => typeof value === "function";

const load = (door: unknown): Promise<Highs> =>
  isLoader(door) ? door() : Promise.reject(new Error("The package highs has another door than it had."));

/** The thread that solves: one question after the other, each in a model of its own that is given back at once. */
const loading = load(highsPackage);

const solve = (highs: Highs, { model, start, seconds, gap }: Question): Solution =>
  highs.withModel(dataOf(highs, model), (instance): Solution => {
    instance.options.set({ output_flag: false, time_limit: seconds, mip_rel_gap: gap });
    instance.setSolution({ colValue: start });
    instance.run();
    const status = instance.getModelStatus();
    const { modelStatus } = highs.constants;
    const bound = Number(instance.info.get("mip_dual_bound"));
    const values = instance.getSolution().colValue;
    // HiGHS's constant for a feasible point; without one the values mean nothing.
    const isFeasible = Number(instance.info.get("primal_solution_status")) === 2;
    if (!isFeasible || values === undefined) return { kind: "none", bound, why: `status ${String(status)}` };
    return { kind: "solved", values: Float64Array.from(values), bound, proven: status === modelStatus.optimal };
  });

const dataOf = (highs: Highs, model: LinearModel): ModelData => ({
  numCols: model.cost.length,
  numRows: model.rowLower.length,
  offset: model.offset,
  colCost: model.cost,
  colLower: model.lower,
  colUpper: model.upper,
  rowLower: model.rowLower,
  rowUpper: model.rowUpper,
  matrix: {
    format: "csr",
    numCols: model.cost.length,
    numRows: model.rowLower.length,
    starts: model.starts,
    indices: model.indices,
    values: model.values,
  },
  integrality: Array.from(model.integer, (whole) =>
    whole === 1 ? highs.constants.variableType.integer : highs.constants.variableType.continuous,
  ),
});

parentPort?.on("message", (question: Question) => {
  void loading
    .then((highs): Reply => ({ id: question.id, kind: "answer", solution: solve(highs, question) }))
    .catch((error: unknown): Reply => ({ id: question.id, kind: "failed", message: String(error) }))
    .then((reply) => parentPort?.postMessage(reply));
});
