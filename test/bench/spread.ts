import { type Problem, planMoves, usualSteps, verifyPlan } from "@orrery/placement";
import { crs } from "./baselines/crs.ts";
import { proxlb } from "./baselines/proxlb.ts";
import { imbalanceOf, memoryOf, Tally, threadsOf, type Way } from "./baselines/tally.ts";
import { loadedLab } from "./loaded-lab.ts";

const gib = 2 ** 30;

const sizes = [
  [5, 50],
  [5, 200],
  [16, 500],
  [32, 2000],
] as const;

const slow = 1_000;

interface Answer {
  readonly steps: readonly { readonly moves: readonly Way[] }[];
  /** What the search proved and reached, in points. */
  readonly note: string;
}

const alone = (ways: readonly Way[]): Answer => ({ steps: ways.map((way) => ({ moves: [way] })), note: "" });

const ours = (problem: Problem): Answer => {
  const plan = planMoves(problem, { kind: "spread" }, { steps: usualSteps(problem) });
  if (plan.kind !== "moves") return { steps: [], note: plan.kind };
  const { before = 0, after, bound } = plan.score;
  return {
    steps: plan.steps.map(({ moves }) => ({ moves: moves.map(({ item, from = "", to }) => ({ item, from, to })) })),
    note: `points ${before.toFixed(1)} -> ${after.toFixed(2)}, none below ${bound.toFixed(2)}`,
  };
};

const dynamic = { mode: "dynamic", method: "bruteforce", threshold: 0.3, margin: 0.1 } as const;

const contenders: readonly (readonly [string, (problem: Problem) => Answer])[] = [
  ["as it was", () => alone([])],
  ["ProxLB, balanciness 10", (problem) => alone(proxlb(problem, 10))],
  ["ProxLB, balanciness 1", (problem) => alone(proxlb(problem, 1))],
  ["CRS static", (problem) => alone(crs(problem, { ...dynamic, mode: "static" }))],
  ["CRS dynamic", (problem) => alone(crs(problem, dynamic))],
  ["CRS dynamic, TOPSIS", (problem) => alone(crs(problem, { ...dynamic, method: "topsis" }))],
  ["CRS dynamic, over 0", (problem) => alone(crs(problem, { ...dynamic, threshold: 0 }))],
  ["CRS TOPSIS, over 0", (problem) => alone(crs(problem, { ...dynamic, method: "topsis", threshold: 0 }))],
  ["Orrery", ours],
];

/** Measures how evenly each way of spreading load spreads it, at which cost, and which rules it breaks on the way. */
export const benchSpread = (print: (line: string) => void): void => {
  print("Spreading load: percent points between the most and the least loaded host, and what it took");
  print(row(["hosts", "guests", "by", "memory", "CPU", "imbalance", "guests moved", "GiB", "steps", "broken", "ms"]));
  const results: Result[] = [];
  for (const [hosts, guests] of sizes) {
    const problem = loadedLab({ hosts, guests, seed: hosts * guests });
    for (const [name, spread] of contenders) {
      let began = performance.now();
      let answer = spread(problem);
      let took = performance.now() - began;
      // The second time, code is warm; what is slow anyway is run once.
      if (took < slow) {
        began = performance.now();
        answer = spread(problem);
        took = performance.now() - began;
      }
      const { memory, cpu, imbalance } = endOf(problem, answer);
      const moves = answer.steps.flatMap((step) => step.moves);
      const copied = moves.reduce((sum, move) => sum + bytesOf(problem, move.item), 0) / gib;
      const broken = verifyPlan(problem, { kind: "spread" }, answer).length;
      print(
        row([
          hosts,
          guests,
          name,
          memory.toFixed(2),
          cpu.toFixed(2),
          imbalance.toFixed(4),
          moves.length,
          copied.toFixed(0),
          answer.steps.length,
          broken,
          took.toFixed(1),
          answer.note,
        ]),
      );
      results.push({ hosts, guests, name, memory, cpu, copied, broken, took });
    }
  }
  print("");
  for (const line of ratiosOf(results)) print(line);
};

interface Result {
  readonly hosts: number;
  readonly guests: number;
  readonly name: string;
  readonly memory: number;
  readonly cpu: number;
  readonly copied: number;
  readonly broken: number;
  readonly took: number;
}

/** The plan beside each baseline that moved anything, and how its time grows: ratios, which hold on other machines too. */
const ratiosOf = (results: readonly Result[]): string[] => {
  const own = results.filter(({ name }) => name === "Orrery");
  const times = (a: number, b: number): string => (b === 0 ? "-" : (a / b).toFixed(2));
  const beside = own.flatMap((mine) =>
    results
      .filter(
        ({ hosts, guests, name, copied }) =>
          hosts === mine.hosts && guests === mine.guests && name !== mine.name && copied > 0,
      )
      .map(
        ({ name, memory, cpu, copied, broken }) =>
          `${mine.hosts}/${mine.guests} beside ${name}: spread of memory ${times(mine.memory, memory)}, of CPU ${times(mine.cpu, cpu)}, GiB ${times(mine.copied, copied)}; rules broken on the way ${mine.broken} and ${broken}`,
      ),
  );
  const growth = own.slice(1).map((one, i) => {
    const before = own[i];
    if (before === undefined) return "";
    const size = (one.hosts * one.guests) / (before.hosts * before.guests);
    return `${before.hosts}/${before.guests} to ${one.hosts}/${one.guests}: ${size.toFixed(1)} times the choices in ${times(one.took, before.took)} times the time`;
  });
  return ["Ratios, less is better:", ...beside, "Growth:", ...growth];
};

const row = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, i) => (i === 2 || i === 11 ? `  ${String(cell).padEnd(24)}` : String(cell).padStart(i < 2 ? 7 : 13)))
    .join("")
    .trimEnd();

const bytesOf = (problem: Problem, name: string): number => {
  const item = problem.items.find((one) => one.name === name);
  return (item?.used?.memoryBytes ?? 0) + (item?.disks ?? []).reduce((sum, disk) => sum + disk.bytes, 0);
};

const endOf = (problem: Problem, answer: Answer): { memory: number; cpu: number; imbalance: number } => {
  const tally = new Tally(problem, "used");
  const items = new Map(problem.items.map((item) => [item.name, item]));
  for (const { item: name, to } of answer.steps.flatMap((step) => step.moves)) {
    const item = items.get(name);
    if (item !== undefined) tally.move(item, to);
  }
  const memory = tally.hosts.map((host) => tally.memory(host) / memoryOf(host));
  const cpu = tally.hosts.map((host) => tally.cpu(host) / threadsOf(host));
  const spread = (loads: readonly number[]): number => 100 * (Math.max(...loads) - Math.min(...loads));
  return {
    memory: spread(memory),
    cpu: spread(cpu),
    imbalance: imbalanceOf(memory.map((load, h) => (load + (cpu[h] ?? 0)) / 2)),
  };
};

if (import.meta.main) benchSpread((line) => process.stdout.write(`${line}\n`));
