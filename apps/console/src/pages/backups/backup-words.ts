import type { Api } from "../../api/client.ts";
import type { Heat } from "../../heat/heat-map.tsx";
import type { Said } from "../../marks/words.ts";
import type { Standing } from "./standing-of.ts";

type Day = Api<"BackupDay">;

/** Total over what a guest's backups may be. */
export const standingWords: Readonly<Record<Standing, Said>> = {
  never: { tone: "bad", word: "no copy" },
  late: { tone: "bad", word: "too old" },
  behind: { tone: "warn", word: "behind" },
  broken: { tone: "bad", word: "not verified" },
  unknown: { tone: "dim", word: "not known" },
  uncovered: { tone: "warn", word: "no policy" },
  undeclared: { tone: "dim", word: "not declared" },
  fresh: { tone: "good", word: "fresh" },
};

const heats: Readonly<Record<Day["state"], Heat>> = {
  missed: "bad",
  broken: "warn",
  unknown: "dim",
  awaited: "busy",
  made: "good",
  past: "faint",
  none: "none",
};

export const dayWords: Readonly<Record<Day["state"], string>> = {
  missed: "a copy is missing",
  broken: "a copy failed its verification",
  unknown: "not known",
  awaited: "a run is awaited",
  made: "copied",
  past: "copies kept no longer",
  none: "nothing due",
};

export const heatOf = ({ state, copies = [] }: Day): Heat =>
  state === "made" && copies.length > 0 && copies.every(({ verified }) => verified === "ok") ? "proven" : heats[state];

export const legend: readonly (readonly [heat: Heat, word: string])[] = [
  ["proven", "copied and verified"],
  ["good", "copied"],
  ["bad", "missing by policy"],
  ["warn", "failed its verification"],
  ["busy", "awaited"],
  ["dim", "not known"],
  ["faint", "kept no longer"],
  ["none", "nothing due"],
];
