import type { Command } from "commander";
import type { PlacementArguments, PlacementPurpose } from "./commands/placement.ts";
import { withConnection } from "./connection-options.ts";
import type { ExitCode } from "./exit-code.ts";

const withOptions = (command: Command): Command =>
  withConnection(command)
    .option("--lab <path>", "a declaration: its reserves, rules, links, and what becomes of guests on a drained node")
    .option("--twin <lab>", "ask the twin of that lab instead of a cluster")
    .option("--tags <style>", "read rules from guests' tags: proxlb or none (as the lab declares unless told)")
    .option("--live-only", "leave guests alone that would have to stop in order to move")
    .option(
      "--absorbs <how>",
      "the loss of any one node is absorbed still: none, wish, rule, or always, on the way too",
    )
    .option("--budget <span>", "search for about so long, at last with an exact solver: 3s, 1min")
    .option("--json", "print as JSON");

/** `orrery placement`: where guests should run, and how they get there. */
export const declarePlacement = (orrery: Command, cacheFolder: string, end: (code: ExitCode) => void): void => {
  const placement = orrery
    .command("placement")
    .summary("say where guests should run, and how they get there")
    .description(
      "Reads a cluster, real or twin, and works out moves that no rule, room or link is broken by on the way. Moves nothing.",
    )
    .helpCommand(false)
    .showHelpAfterError("`orrery placement --help` tells what there is.");
  const act = async (purpose: PlacementPurpose, options: Omit<PlacementArguments, "cacheFolder">): Promise<void> => {
    const { placement: place } = await import("./commands/placement.ts");
    end(await place(purpose, { ...options, cacheFolder }));
  };
  type Given = Omit<PlacementArguments, "cacheFolder">;
  withOptions(
    placement
      .command("spread", { isDefault: true })
      .summary("even out load, where that is worth its moves")
      .description("Evens out measured memory and CPU, where what is gained is worth the moves. Tried unless told."),
  ).action((given: Given) => act({ kind: "spread" }, given));
  withOptions(
    placement
      .command("drain")
      .summary("empty nodes")
      .description("Finds every running guest of those nodes another place, or says which cannot leave and why.")
      .argument("<node...>", "nodes to empty"),
  ).action((nodes: string[], given: Given) => act({ kind: "drain", nodes }, given));
  withOptions(
    placement
      .command("place")
      .summary("find nodes for guests that do not run")
      .description("Finds a node for each of those guests: stopped ones of the cluster, or ones that a lab declares.")
      .argument("<guest...>", "names or VMIDs"),
  ).action((guests: string[], given: Given) => act({ kind: "place", guests }, given));
  withOptions(
    placement
      .command("absorb")
      .summary("say whether the loss of a node can be absorbed")
      .description("Says where the guests of a lost node could restart, by exact search, or proves that they cannot.")
      .argument("<node>", "the node that is lost"),
  ).action((node: string, given: Given) => act({ kind: "absorb", node }, given));
  placement.addHelpText(
    "after",
    `
Examples:
  orrery placement --url https://pve1:8006 --ca pve-root-ca.pem --lab .
  orrery placement drain pve3 --budget 3s --json
  orrery placement --twin examples/astronomy-lab drain node03

Exit codes: 0 with moves, or nothing worth doing; 3 where it cannot be, or was not decided; 1 and 2 as ever.`,
  );
};
