import type { Api } from "../../api/client.ts";

type Task = Api<"Task">;

/** How tasks of one type went. Milliseconds; undefined while none of it ended. */
export type Kind = {
  readonly type: string;
  readonly count: number;
  readonly running: number;
  readonly failed: number;
  readonly median: number | undefined;
  readonly longest: number | undefined;
};

const kindOf = (type: string, tasks: readonly Task[]): Kind => {
  const took = tasks
    .flatMap(({ started, ended }) => (ended === undefined ? [] : ended - started))
    .toSorted((one, other) => one - other);
  return {
    type,
    count: tasks.length,
    running: tasks.filter(({ outcome }) => outcome === "running").length,
    failed: tasks.filter(({ outcome }) => outcome === "failed").length,
    median: took[Math.floor((took.length - 1) / 2)],
    longest: took.at(-1),
  };
};

/** Tasks by their types, those first of which most failed, then those that there are most of. */
export const kindsOf = (tasks: readonly Task[]): readonly Kind[] =>
  [...Map.groupBy(tasks, ({ type }) => type)]
    .map(([type, those]) => kindOf(type, those))
    .toSorted((one, other) => other.failed - one.failed || other.count - one.count || (one.type < other.type ? -1 : 1));
