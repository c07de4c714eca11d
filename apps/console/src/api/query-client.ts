import { QueryCache, QueryClient } from "@tanstack/react-query";
import { Refused } from "./client.ts";

/** What may come right by itself when it is asked again. */
const isPassing = (error: unknown): boolean => error instanceof Refused && [0, 429, 502, 503].includes(error.status);

/** Queries of the console. `onSignedOut` is told once an answer says that nobody is signed in. */
export const newQueryClient = (onSignedOut: () => void): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (error instanceof Refused && error.status === 401 && query.queryKey[0] !== "getSession") onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        // Live updates say when something is old; until then what is there is shown at once.
        staleTime: 30_000,
        retry: (failures, error) => isPassing(error) && failures < 2,
        retryDelay: (attempt) => Math.min(1000 * 2 ** attempt, 8000),
        refetchOnWindowFocus: true,
      },
    },
  });
