import { queryOptions } from "@tanstack/react-query";
import { ask, type OperationName, type Taken } from "./client.ts";

type ReadName = {
  [O in OperationName]: O extends `${"get" | "list"}${string}` ? O : never;
}[OperationName];

/**
 * What a query of an operation is: `useQuery(read("listNodes", { path: { cluster } }))`. The first of the key is the
 * operation, the second what it took; live updates go by them.
 */
export const read = <O extends ReadName>(operation: O, taken: Taken<O>) =>
  queryOptions({
    queryKey: [operation, taken] as const,
    queryFn: ({ signal }) => ask(operation, taken, signal),
  });
