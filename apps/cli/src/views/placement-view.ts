import { formatBytes, formatSeconds } from "@orrery/model";
import {
  type Absorption,
  costOf,
  doubtText,
  type Figures,
  type Fullness,
  type MovePlan,
  moveText,
  nothingText,
  obstacleText,
  type Problem,
  type Purpose,
  proofText,
} from "@orrery/placement";
import type { Terminal } from "../terminal.ts";
import { clean, hang, widthOf } from "../wrap.ts";
import type { AboutPlacement } from "./placement-json.ts";

const listed = (names: readonly string[]): string => names.map(clean).join(", ");
const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? "" : "s"}`;

const titleOf = (purpose: Purpose): string => {
  switch (purpose.kind) {
    case "spread":
      return "Spread load";
    case "drain":
      return `Drain ${listed(purpose.hosts)}`;
    case "place":
      return `Place ${listed(purpose.items)}`;
  }
};

const heading = (title: string, { problem }: AboutPlacement["derived"], at: number, { paint }: Terminal): string[] => [
  `${paint("bold", title)}  ${count(problem.items.length, "guest")} on ${count(problem.hosts.length, "node")}, as observed at ${new Date(at).toISOString().slice(0, 16)}Z`,
  "",
];

/** Rows of every node that takes guests: how full it is, and will be. */
const nodeLines = (before: Figures, after: Figures): string[] => {
  const width = Math.max(4, ...after.hosts.map(({ host }) => widthOf(host)));
  const then = new Map(before.hosts.map(({ host, ...fullness }) => [host, fullness]));
  const change = (from: number | undefined, to: number): string =>
    `${from === undefined ? "" : `${from.toFixed(1).padStart(5)} -> `}${to.toFixed(1).padStart(5)} %`;
  return after.hosts.map(({ host, ...to }) => {
    const from: Fullness | undefined = then.get(host);
    const cpu = to.cpu === undefined ? "" : `   CPU ${change(from?.cpu, to.cpu)}`;
    return `  ${clean(host).padEnd(width)}  memory ${change(from?.memory, to.memory)}${cpu}`;
  });
};

const spreadText = (before: Figures, after: Figures): string => {
  const change = (from: number, to: number): string => `${from.toFixed(1)} -> ${to.toFixed(1)}`;
  const cpu =
    before.spread.cpu === undefined || after.spread.cpu === undefined
      ? ""
      : `, CPU ${change(before.spread.cpu, after.spread.cpu)}`;
  return `Between the fullest and the emptiest node: memory ${change(before.spread.memory, after.spread.memory)}${cpu} percent points; imbalance as HA reckons it ${before.imbalance.toFixed(3)} -> ${after.imbalance.toFixed(3)}.`;
};

const movesLines = (plan: MovePlan & { kind: "moves" }, problem: Problem, { width, paint }: Terminal): string[] => {
  const cost = costOf(problem, plan);
  const { score } = plan;
  const time = cost.seconds === undefined ? "" : `, ${formatSeconds(Math.ceil(cost.seconds))} on the links`;
  const restarts =
    cost.restarts === 0 ? "" : `; ${count(cost.restarts, "guest")} stop${cost.restarts === 1 ? "s" : ""} on the way`;
  return [
    ...nodeLines(plan.before, plan.after),
    "",
    ...hang("", spreadText(plan.before, plan.after), width),
    ...hang(
      "",
      `Cost: ${count(cost.moves, "move")} in ${count(cost.steps, "step")}, ${formatBytes(cost.bytes)} copied${time}${restarts}.`,
      width,
    ),
    ...hang(
      "",
      `Charged ${score.after.toFixed(2)} points${score.before === undefined ? "" : ` (doing nothing: ${score.before.toFixed(2)})`}; no end is charged less than ${score.bound.toFixed(2)}, so at most ${score.gap.toFixed(2)} are left to gain.`,
      width,
    ),
    "",
    ...plan.steps.flatMap(({ moves }, i) => [
      paint("bold", `Step ${i + 1}${moves.length > 1 ? `, ${moves.length} side by side` : ""}`),
      ...moves.flatMap((move) => hang("  → ", clean(moveText(move)), width)),
    ]),
    ...(plan.unabsorbed.length === 0
      ? []
      : [
          "",
          ...hang(
            `${paint("yellow", "▲")} `,
            `Afterwards the loss of ${listed(plan.unabsorbed)} is not surely absorbed any more.`,
            width,
          ),
        ]),
  ];
};

/** What binds those guests that a text names. */
const tieLines = (text: string, { ties }: AboutPlacement["derived"], { width }: Terminal): string[] =>
  ties
    .filter(({ guest }) => text.includes(guest))
    .flatMap(({ guest, nodes, why }) =>
      hang("  · ", clean(`${guest} ${why}: ${nodes.length === 0 ? "no node" : `only ${nodes.join(", ")}`}.`), width),
    );

const footLines = (
  stopped: readonly string[],
  unmeasured: readonly string[],
  purpose: Purpose | undefined,
  { idle, assumed }: AboutPlacement["derived"],
  { width, paint }: Terminal,
): string[] => {
  const left = purpose?.kind === "drain" ? purpose.hosts.flatMap((host) => idle.get(host) ?? []) : [];
  const notes = [
    ...(stopped.length === 0
      ? []
      : [`${listed(stopped)} stop${stopped.length === 1 ? "s" : ""} with the node, as declared.`]),
    ...(left.length === 0 ? [] : [`Not running, and left there: ${listed(left)}.`]),
    ...(unmeasured.length === 0
      ? []
      : [`Without figures, and taken to use all that they were given: ${listed(unmeasured)}.`]),
    ...assumed,
  ];
  return notes.length === 0 ? [] : ["", ...notes.flatMap((note) => hang(`${paint("cyan", "●")} `, clean(note), width))];
};

/** What `orrery placement` shows a person. */
export const placementView = (
  purpose: Purpose,
  plan: MovePlan,
  { derived, at }: AboutPlacement,
  terminal: Terminal,
): string => {
  const { width, paint } = terminal;
  const foot = (unmeasured: readonly string[]): string[] =>
    footLines(plan.stopped, unmeasured, purpose, derived, terminal);
  const told = (mark: string, text: string): string[] => [
    ...text.split("\n").flatMap((line) => hang(mark, clean(line), width)),
    ...tieLines(text, derived, terminal),
  ];
  const lines = (): string[] => {
    switch (plan.kind) {
      case "moves":
        return [...movesLines(plan, derived.problem, terminal), ...foot(plan.unmeasured)];
      case "nothing-to-do":
        return [
          ...nodeLines(plan.before, plan.before),
          "",
          ...told(`${paint("green", "✔")} `, nothingText(plan)),
          ...foot(plan.unmeasured),
        ];
      case "impossible":
        return [...told(`${paint("red", "✖")} `, obstacleText(plan.obstacle)), ...foot([])];
      case "undecided":
        return [...told(`${paint("yellow", "?")} `, `Not decided: ${doubtText(plan.doubt)}`), ...foot([])];
    }
  };
  return [...heading(titleOf(purpose), derived, at, terminal), ...lines()].join("\n");
};

/** What `orrery placement absorb` shows a person. */
export const absorptionView = (absorption: Absorption, { derived, at }: AboutPlacement, terminal: Terminal): string => {
  const { width, paint } = terminal;
  const { lost } = absorption;
  const lines = (): string[] => {
    switch (absorption.kind) {
      case "fits":
        return [
          ...hang(`${paint("green", "✔")} `, `All that runs on ${clean(lost)} has somewhere to go.`, width),
          ...absorption.placements.flatMap(({ item, to }) => hang("  → ", clean(`${item} restarts on ${to}`), width)),
          ...absorption.rearranged.flatMap(({ item, from, to }) =>
            hang("  → ", clean(`${item} makes room: ${from} to ${to}`), width),
          ),
        ];
      case "impossible": {
        const text = proofText(absorption.proof);
        return [
          ...text.split("\n").flatMap((line) => hang(`${paint("red", "✖")} `, clean(line), width)),
          ...tieLines(text, derived, terminal),
        ];
      }
      case "undecided":
        return hang(
          `${paint("yellow", "?")} `,
          `Not decided within the budget: no place was found for ${listed(absorption.best.unplaced)}, and none was shown to be missing.`,
          width,
        );
    }
  };
  return [
    ...heading(`Loss of ${clean(lost)}`, derived, at, terminal),
    ...lines(),
    ...footLines(absorption.stopped, [], undefined, derived, terminal),
  ].join("\n");
};
