import type { Objective } from "@orrery/assurance";
import type { Plan } from "@orrery/plan";
import type { RehearsedPlan } from "../commands/rehearse/rehearsed-plan.ts";
import type { Terminal } from "../terminal.ts";
import { clean, hang } from "../wrap.ts";
import { verdictLook } from "./look.ts";
import { rehearsalView } from "./rehearsal-view.ts";

const objectiveLines = (objectives: readonly Objective[], { paint, width }: Terminal): string[] => {
  const met = objectives.filter(({ verdict }) => verdict === "met").length;
  const others = objectives.filter(({ verdict }) => verdict !== "met");
  return [
    "",
    `${paint("bold", "Objectives after it")}  ${met} of ${objectives.length} met`,
    ...others.flatMap(({ verdict, title, why }) => {
      const { mark, colour } = verdictLook[verdict];
      return hang(`  ${paint(colour, mark)} `, clean(`${title}: ${why}`), width);
    }),
  ];
};

/** What came of rehearsing a plan, for a person. */
export const rehearsedPlanView = (
  { rehearsal, assumptions, objectives }: RehearsedPlan,
  { cluster }: Plan,
  terminal: Terminal,
): string =>
  [
    rehearsalView(rehearsal, { what: `the plan on the twin of ${cluster}`, assumptions }, terminal),
    ...(objectives === undefined || objectives.length === 0 ? [] : objectiveLines(objectives, terminal)),
  ].join("\n");
