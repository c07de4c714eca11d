import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkLab, type Rule, rules } from "@orrery/assurance";
import type { Lab } from "@orrery/model";
import { generatedLab } from "./generated-lab.ts";

const root = join(import.meta.dirname, "../..");
const at = Date.UTC(2026, 11, 1);
const nodes = 32;
const sizes = [500, 1_000, 2_000, 4_000];
const main = 2_000;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const timed = (work: () => unknown): number => {
  const began = performance.now();
  work();
  return performance.now() - began;
};

const processMs = (args: readonly string[], runs: number): number => {
  const times = Array.from({ length: runs }, () =>
    timed(() => {
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
      if (status !== 0 && status !== 3) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
    }),
  );
  return median(times);
};

const familyOf = ({ id }: Rule): string => id.slice(0, id.indexOf("/"));
const families = [...new Set(rules.map(familyOf))];

/** One check, and what each family took of it; what several families share is counted to the one that asks first. */
const measure = (
  lab: Lab,
): { readonly total: number; readonly byFamily: Map<string, number>; readonly findings: number } => {
  const byFamily = new Map(families.map((family) => [family, 0]));
  const watched = rules.map(
    (rule): Rule => ({
      ...rule,
      check: (context) => {
        const began = performance.now();
        const drafts = [...rule.check(context)];
        const family = familyOf(rule);
        byFamily.set(family, (byFamily.get(family) ?? 0) + performance.now() - began);
        return drafts;
      },
    }),
  );
  let findings = 0;
  const total = timed(() => {
    findings = checkLab(lab, { at, rules: watched }).findings.length;
  });
  return { total, byFamily, findings };
};

/** The power of n that times grow with: the slope of a line through their logarithms. */
const growth = (points: readonly (readonly [n: number, ms: number])[]): number => {
  const logs = points.map(([n, ms]) => [Math.log(n), Math.log(Math.max(ms, 0.001))] as const);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
};

export type Growth = {
  /** At each size. */
  readonly ms: readonly number[];
  /** The power of n over all sizes; what does not grow weighs it down. */
  readonly exponent: number;
  /** The power of n over the last doubling alone. */
  readonly lastExponent: number;
};

const growthOf = (ms: readonly number[]): Growth => {
  const points = ms.map((value, index) => [sizes[index] ?? 1, value] as const);
  return { ms, exponent: growth(points), lastExponent: growth(points.slice(-2)) };
};

export type CheckFigures = {
  readonly process: { readonly checkMs: number; readonly emptyMs: number; readonly ratio: number };
  readonly rules: {
    readonly nodes: number;
    readonly guests: number;
    readonly findings: number;
    readonly firstMs: number;
    readonly bestMs: number;
    /** JSON.stringify and JSON.parse of the same lab, in the same run. */
    readonly roundTripMs: number;
    readonly ratio: number;
  };
  readonly sizes: readonly number[];
  /** All rules and objectives, and each family. */
  readonly all: Growth;
  readonly families: readonly (Growth & { readonly family: string })[];
};

/** Measures `orrery check`: the process on the example lab, and the rules alone on generated labs. */
export const measureCheck = (): CheckFigures => {
  const check = ["apps/cli/src/main.mjs", "check", "examples/astronomy-lab"];
  processMs(check, 1);
  const checkMs = processMs(check, 7);
  const emptyMs = processMs(["--eval", "0"], 7);
  const labs = new Map(sizes.map((guests) => [guests, generatedLab({ nodes, guests, seed: guests })] as const));
  const lab = labs.get(main);
  if (lab === undefined) throw new Error("no lab of the main size");
  const first = measure(lab);
  const roundTripMs = median(Array.from({ length: 5 }, () => timed(() => JSON.parse(JSON.stringify(lab)))));
  const best = sizes.map((guests) => {
    const one = labs.get(guests);
    const runs = one === undefined ? [] : Array.from({ length: 5 }, () => measure(one));
    const least = (of: (run: (typeof runs)[number]) => number): number => Math.min(...runs.map(of));
    return {
      guests,
      total: least(({ total }) => total),
      family: (name: string) => least((run) => run.byFamily.get(name) ?? 0),
    };
  });
  const bestMs = best.find(({ guests }) => guests === main)?.total ?? Number.NaN;
  return {
    process: { checkMs, emptyMs, ratio: checkMs / emptyMs },
    rules: {
      nodes,
      guests: main,
      findings: first.findings,
      firstMs: first.total,
      bestMs,
      roundTripMs,
      ratio: bestMs / roundTripMs,
    },
    sizes,
    all: growthOf(best.map(({ total }) => total)),
    families: families.map((family) => ({ family, ...growthOf(best.map((one) => one.family(family))) })),
  };
};

const row = (name: string, cells: readonly string[]): string =>
  name.padEnd(16) + cells.map((cell) => cell.padStart(11)).join("");

const growthRow = (name: string, { ms, exponent, lastExponent }: Growth): string =>
  row(name, [...ms.map((value) => value.toFixed(2)), exponent.toFixed(2), lastExponent.toFixed(2)]);

/** The figures for a person. */
export const checkTable = ({ process, rules: alone, sizes: columns, all, families: each }: CheckFigures): string =>
  [
    "orrery check of the example lab, the whole process",
    `  median of 7: ${process.checkMs.toFixed(0)} ms, ${process.ratio.toFixed(1)} times an empty Node process (${process.emptyMs.toFixed(0)} ms)`,
    "",
    `the rules alone on ${alone.nodes} nodes and ${alone.guests} guests (${alone.findings} findings)`,
    `  first run ${alone.firstMs.toFixed(0)} ms, best ${alone.bestMs.toFixed(0)} ms: ${alone.ratio.toFixed(1)} times writing and reading the lab as JSON (${alone.roundTripMs.toFixed(1)} ms)`,
    "",
    "growth in guests on the same nodes, best of 5, ms; below 1 ms the powers of n say little",
    row("family", [...columns.map(String), "power", "at the end"]),
    ...each.map((one) => growthRow(one.family, one)),
    growthRow("all", all),
  ].join("\n");
