import type { UseQueryResult } from "@tanstack/react-query";
import type { Api, Reply } from "../../api/client.ts";
import { Mark } from "../../marks/mark.tsx";
import { verdictWords } from "../../marks/words.ts";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import classes from "./objectives.module.css";

const order: Readonly<Record<Api<"Objective">["verdict"], number>> = { missed: 0, unproven: 1, met: 2 };

const Row = ({ objective: { title, verdict, figure, why } }: { readonly objective: Api<"Objective"> }) => {
  const { tone, word } = verdictWords[verdict];
  // "Host Node Failure: RTO 60 min": what it is about may be cut short, what it wants may not.
  const colon = title.lastIndexOf(": ");
  const [about, target] = colon < 0 ? [title, ""] : [title.slice(0, colon), title.slice(colon + 2)];
  return (
    <li>
      <details className={classes.objective}>
        <summary className={classes.line}>
          <span className={classes.title}>{about}</span>
          <span className={classes.target}>{target}</span>
          <span className={classes.figure}>{figure}</span>
          <Mark tone={tone}>{word}</Mark>
        </summary>
        <p className={classes.why}>{why}</p>
      </details>
    </li>
  );
};

/** Every objective with its verdict, the figure that it was held against, and behind it the arithmetic. */
export const Objectives = ({ query }: { readonly query: UseQueryResult<Reply<"listObjectives">> }) => (
  <div className={classes.objectives}>
    <Shown query={query}>
      {({ objectives }) =>
        objectives.length === 0 ? (
          <Standing icon="findings" title="No objective is declared">
            Scenarios with RPO and RTO stand under recovery in the declaration.
          </Standing>
        ) : (
          <ul className={classes.list}>
            {objectives
              .toSorted((one, other) => order[one.verdict] - order[other.verdict])
              .map((objective) => (
                <Row key={objective.id} objective={objective} />
              ))}
          </ul>
        )
      }
    </Shown>
  </div>
);
