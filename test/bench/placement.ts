import { absorbAny } from "@orrery/placement";
import { crowdedLab } from "./crowded-lab.ts";

/** Steps for all losses of one lab together. */
const steps = 2_000_000;

/** Measures whether every single host's loss is absorbed, over sizes and slacks, and prints one line for each. */
export const benchPlacement = (print: (line: string) => void): void => {
  print("N+1 by exact search: every single host's loss");
  print("hosts  guests  slack     fits  impossible  undecided    steps  nodes  median ms  first ms");
  for (const [hosts, guests] of [
    [5, 31],
    [10, 200],
    [32, 500],
    [32, 2000],
    [32, 5000],
  ] as const) {
    for (const slack of [0.5, 0.1, 0.03, 0.01, 0.003, 0]) {
      const problem = crowdedLab({ hosts, guests, slack, seed: hosts * guests });
      const times: number[] = [];
      let answers = absorbAny(problem, { steps: 0 });
      for (let run = 0; run < 5; run++) {
        const began = performance.now();
        answers = absorbAny(problem, { steps });
        times.push(performance.now() - began);
      }
      const count = (kind: string): number => answers.filter((answer) => answer.kind === kind).length;
      const total = (of: "steps" | "nodes"): number => answers.reduce((sum, { spent }) => sum + spent[of], 0);
      const [first = 0] = times;
      const median = times.sort((a, b) => a - b)[2] ?? 0;
      const cells = [
        hosts,
        guests,
        `${slack * 100} %`,
        count("fits"),
        count("impossible"),
        count("undecided"),
        total("steps"),
        total("nodes"),
        median.toFixed(1),
        first.toFixed(1),
      ];
      const widths = [5, 8, 7, 9, 12, 11, 9, 7, 11, 10];
      print(cells.map((cell, i) => String(cell).padStart(widths[i] ?? 0)).join(""));
    }
  }
};

if (import.meta.main) benchPlacement((line) => process.stdout.write(`${line}\n`));
