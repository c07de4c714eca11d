import type { Clock } from "@orrery/contract";
import type { OpenEndpoint } from "./endpoint.ts";

/** The endpoints of one cluster, and which of them were seen to fail. */
export interface Fleet {
  /** In the order to try them: the last that answered first, those that failed lately last. */
  inOrder(): readonly OpenEndpoint[];
  answered(endpoint: OpenEndpoint): void;
  failed(endpoint: OpenEndpoint): void;
}

/** For so long an endpoint that failed is asked only after the others. */
const restMs = 15_000;

export const openFleet = (endpoints: readonly OpenEndpoint[], clock: Clock): Fleet => {
  const failedAt = new Map<OpenEndpoint, number>();
  let preferred = endpoints[0];

  const isResting = (endpoint: OpenEndpoint) => {
    const at = failedAt.get(endpoint);
    return at !== undefined && clock.monotonic() - at < restMs;
  };
  const rank = (endpoint: OpenEndpoint) => (isResting(endpoint) ? 2 : endpoint === preferred ? 0 : 1);

  return {
    inOrder: () => endpoints.toSorted((one, other) => rank(one) - rank(other)),
    answered: (endpoint) => {
      failedAt.delete(endpoint);
      preferred = endpoint;
    },
    failed: (endpoint) => {
      failedAt.set(endpoint, clock.monotonic());
    },
  };
};
