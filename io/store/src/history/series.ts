import type { Store } from "../store.ts";

/** A series by its number, and what it is of. */
export type KnownSeries = { readonly id: number; readonly subject: string };

/** Every series of a metric that a cluster ever had. */
export const seriesOf = (db: Store["db"], cluster: string, metric: string): Promise<KnownSeries[]> =>
  db
    .selectFrom("series")
    .select(["id", "subject"])
    .where("cluster", "=", cluster)
    .where("metric", "=", metric)
    .orderBy("subject")
    .execute();
