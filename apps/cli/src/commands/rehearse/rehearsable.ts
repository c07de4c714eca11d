import { type Grounds, type Misasked, type Rehearsable, rehearsables } from "@orrery/procedures";
import type { Script } from "@orrery/workflow";
import { CommandError } from "../../exit-code.ts";
import { isPlanFile, planIn } from "../plan-source.ts";
import { planScript } from "./plan-rehearsal.ts";

const planFile = (path: string): Rehearsable => ({
  about: "FILE.json: applies a plan that `orrery plan --out` wrote",
  script: () => ({ kind: "script", script: planScript(planIn(path)) }),
});

/** How the command line says what was asked for wrongly. */
const inWordsOfOptions = ({ why, option }: Misasked): string => {
  if (option === undefined) return why;
  return option === "stop"
    ? `--stop: ${why}`
    : `${why} --fail node05@2026-12-06T01:00, or --scenario ID of the declaration, does.`;
};

/** The script of something that can be rehearsed. Throws a `CommandError` where the words after its name make no sense. */
export const scriptOf = (rehearsable: Rehearsable, words: readonly string[], grounds: Grounds): Script<unknown> => {
  const scripted = rehearsable.script(words, grounds);
  if (scripted.kind === "misasked") throw new CommandError(inWordsOfOptions(scripted));
  return scripted.script;
};

/** What a word of the command line asks to rehearse. Throws a `CommandError` where it is nothing. */
export const rehearsableOf = (word: string): Rehearsable => {
  if (isPlanFile(word)) return planFile(word);
  const found = Object.entries(rehearsables).find(([name]) => name === word);
  if (found !== undefined) return found[1];
  const all = [...Object.values(rehearsables), planFile("")].map(({ about }) => `  ${about}`);
  throw new CommandError(`"${word}" cannot be rehearsed. There is:\n${all.join("\n")}`);
};
