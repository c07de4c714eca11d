import type { UseQueryResult } from "@tanstack/react-query";
import type { Reply } from "../../api/client.ts";

type Headline = {
  readonly objectives: UseQueryResult<Reply<"listObjectives">>;
  readonly state: UseQueryResult<Reply<"getClusterState">>;
};

const count = (number: number, one: string, more: string): string => `${number} ${number === 1 ? one : more}`;

const sentence = ({ objectives }: Reply<"listObjectives">): string => {
  const those = (verdict: "missed" | "unproven"): number => objectives.filter((one) => one.verdict === verdict).length;
  const [missed, unproven] = [those("missed"), those("unproven")];
  const all = objectives.length;
  if (all === 0) return "No objective is declared";
  if (missed === 0 && unproven === 0) return all === 1 ? "The objective is met" : `All ${all} objectives are met`;
  if (missed === 0) return `${count(unproven, "objective is", "objectives are")} not proven, none missed`;
  return `${missed} of ${count(all, "objective is", "objectives are")} missed${unproven === 0 ? "" : `, ${unproven} not proven`}`;
};

/** The answer in a sentence: what is broken now, or else which objectives are. */
export const Headline = ({ objectives, state }: Headline): string => {
  const now = state.data;
  const broken =
    now === undefined
      ? undefined
      : now.quorum.quorate === false
        ? "Quorum is lost"
        : now.nodes.online < now.nodes.total
          ? `${now.nodes.total - now.nodes.online} of ${now.nodes.total} nodes ${now.nodes.total - now.nodes.online === 1 ? "is" : "are"} not online`
          : undefined;
  const judged = objectives.data === undefined ? undefined : sentence(objectives.data);
  if (broken !== undefined) return judged === undefined ? broken : `${broken}; ${judged}`;
  return judged ?? (objectives.isError ? "Overview" : "…");
};
