import type { Verdict } from "./replay.ts";

/** How a topic's replay went: shares between 0 and 1. */
export type Score = {
  readonly topic: string;
  readonly exchanges: number;
  readonly reason: number;
  readonly shape: number;
};

export const scoreOf = (topic: string, verdicts: readonly Verdict[]): Score => ({
  topic,
  exchanges: verdicts.length,
  reason: verdicts.filter((verdict) => verdict.reason).length / verdicts.length,
  shape: verdicts.filter((verdict) => verdict.shape).length / verdicts.length,
});

export const total = (scores: readonly Score[]): Score => {
  const exchanges = scores.reduce((sum, score) => sum + score.exchanges, 0);
  const share = (key: "reason" | "shape") =>
    scores.reduce((sum, score) => sum + score[key] * score.exchanges, 0) / exchanges;
  return { topic: "all", exchanges, reason: share("reason"), shape: share("shape") };
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(9);
const line = ({ topic, exchanges, reason, shape }: Score): string =>
  `${topic.padEnd(24)}${String(exchanges).padStart(6)}${percent(reason)}${percent(shape)}\n`;

/** The board as text: a line a topic, and the sum. */
export const boardText = (scores: readonly Score[]): string =>
  `${"topic".padEnd(24)}${"calls".padStart(6)}${"reason".padStart(9)}${"shape".padStart(9)}\n${scores.map(line).join("")}${line(total(scores))}`;
