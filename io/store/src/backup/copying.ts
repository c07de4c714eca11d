import type { PoolClient, Submittable } from "pg";

/** The longest that a timer takes. */
const endless = 2 ** 31 - 1;

/**
 * Begins a COPY, which takes as long as it takes: the time that other queries have would cut a long one off. The driver
 * counts that time on until it is told the end, which streams do not tell; call `over` when it is there.
 */
export const copying = <S extends Submittable>(
  client: PoolClient,
  stream: S,
): { readonly copy: S; readonly over: () => void } => {
  const timed: S & { query_timeout: number; callback?: () => void } = Object.assign(stream, { query_timeout: endless });
  return { copy: client.query(timed), over: () => timed.callback?.() };
};
