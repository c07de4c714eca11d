import { type Assumption, assumptionsOf } from "@orrery/twin-lab";
import { type ExitCode, exitCode } from "../../exit-code.ts";
import { print } from "../../output.ts";
import { type Terminal, terminalOf } from "../../terminal.ts";
import { clean, hang } from "../../wrap.ts";
import { labAt } from "./world-source.ts";

const titles: Record<Assumption["kind"], string> = {
  assumed: "Assumed, for nothing is declared",
  "read-as": "Read in the form that Proxmox has",
  "left-out": "Left out of the twin",
};

const subjects = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");

const view = (all: readonly Assumption[], { width, paint }: Terminal): string =>
  (Object.keys(titles) as Assumption["kind"][])
    .flatMap((kind) => {
      const of = all.filter((one) => one.kind === kind);
      if (of.length === 0) return [];
      const lines = of.flatMap(({ what, value, because, subjects: names }) => [
        ...hang("  ", clean(`${what}${value === "" ? "" : `: ${value}`}`), width),
        ...hang("    ", clean(`${because} (${subjects(names)})`), width).map((line) => paint("dim", line)),
      ]);
      return [paint("bold", titles[kind]), ...lines, ""];
    })
    .join("\n");

/** `orrery twin assumptions`: all that the twin of a lab has and the lab does not say. */
export const assumptions = async (
  path: string | undefined,
  { json, cacheFolder }: { readonly json?: boolean; readonly cacheFolder: string },
): Promise<ExitCode> => {
  const all = assumptionsOf(await labAt(path ?? ".", cacheFolder));
  await print(
    json
      ? JSON.stringify(all, null, 2)
      : all.length === 0
        ? "Nothing had to be assumed."
        : view(all, terminalOf(process.stdout, process.env)),
  );
  return exitCode.done;
};
