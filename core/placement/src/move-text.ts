import type { Fullness } from "./figures.ts";
import type { Because, Doubt, MovePlan, Obstacle, PlannedMove } from "./move-plan.ts";
import { bytesText, listText, proofText } from "./proof-text.ts";

/** Says one move with its reason in one sentence. */
export const moveText = (move: PlannedMove): string => {
  const { from, to } = move.figures;
  const target = `${move.to} (${changeText(to)})`;
  const way =
    from === undefined
      ? `${move.item} starts on ${target}`
      : `${move.item} leaves ${move.from} (${changeText(from)}) for ${target}${byText[move.by]}, ${bytesText(move.bytes)}`;
  const next =
    move.runnerUp === undefined ? "" : `; next best is ${move.runnerUp.host}, ${differenceText(move.runnerUp.worse)}`;
  return `${way}: ${becauseText(move.because)}${next}.`;
};

const byText = { live: "", restart: ", stopped on the way", start: "" } as const satisfies Record<
  PlannedMove["by"],
  string
>;

const becauseText = (because: Because): string => {
  switch (because.kind) {
    case "leaves":
      return "its host is drained";
    case "starts":
      return "it has no host yet";
    case "makes-room":
      return "those that have to move find no place without it";
    case "gains":
      return because.points < 0.005
        ? "others changed places with it"
        : `were it to stay, the end would be ${because.points.toFixed(2)} points worse`;
    case "parks":
      return "it is in the way of another, and moves on later";
    case "returns":
      return "it was only parked";
  }
};

const differenceText = (points: number): string =>
  Math.abs(points) < 0.005 ? "as good" : `${Math.abs(points).toFixed(2)} points ${points > 0 ? "worse" : "better"}`;

const changeText = ({ before, after }: { readonly before: Fullness; readonly after: Fullness }): string => {
  const change = (from: number, to: number): string => `${from.toFixed(1)} -> ${to.toFixed(1)} %`;
  const memory = `memory ${change(before.memory, after.memory)}`;
  return before.cpu === undefined || after.cpu === undefined
    ? memory
    : `${memory}, CPU ${change(before.cpu, after.cpu)}`;
};

/** Says why what has to move cannot. */
export const obstacleText = (obstacle: Obstacle): string => {
  switch (obstacle.kind) {
    case "held":
      return obstacle.items.map(({ item, because }) => `${item} cannot leave: ${heldText[because]}.`).join("\n");
    case "no-place":
      return proofText(obstacle.proof);
    case "no-order":
      return `${listText(obstacle.items)} cannot come to where there is room for them: every way was tried (${obstacle.looked} arrangements).`;
  }
};

const heldText = {
  settled: "it is declared to stay where it is",
  offline: "its host is offline, and nothing moves from there running",
} as const;

/** Says why there is nothing to do. */
export const nothingText = ({ why }: MovePlan & { readonly kind: "nothing-to-do" }): string => {
  switch (why.kind) {
    case "empty":
      return "Nothing is there that would have to move.";
    case "not-worth-it":
      return `Nothing is worth doing: ${why.gain === 0 ? "nothing better was found" : `the best gains ${why.gain.toFixed(2)} points, less than ${why.least}`}; no plan gains more than ${why.atMost.toFixed(2)}.`;
    case "out-of-reach":
      return `Nothing is done: ${doubtText(why.doubt)}`;
  }
};

/** Says what was left open. */
export const doubtText = (doubt: Doubt): string => {
  switch (doubt.kind) {
    case "no-place":
      return `no place was found for ${listText(doubt.unplaced)}, and none was shown to be missing (${doubt.why === "steps-spent" ? "the budget is spent" : "it was stopped"}).`;
    case "no-order":
      return `no order of moves was found that brings ${listText(doubt.left)} there.`;
    case "not-absorbed":
      return `the loss of ${listText(doubt.hosts)}, absorbed before, would not surely be absorbed any more.`;
  }
};
