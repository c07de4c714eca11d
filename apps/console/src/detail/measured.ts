import { useQuery } from "@tanstack/react-query";
import type { Api } from "../api/client.ts";
import { read } from "../api/read.ts";
import { useCluster } from "../routes/use-cluster.ts";

type Labels = Readonly<Record<string, string>>;

/** What is measured now. */
export type Measured = {
  /** Why nothing of it is known; undefined while it is, or is being asked. */
  readonly trouble: Error | null;
  readonly of: (metric: string, labels?: Labels) => readonly Api<"Sample">[];
  /** The one value with these labels; undefined where it was not seen. */
  readonly one: (metric: string, labels?: Labels) => number | undefined;
};

/** Asks for the newest values of metrics, of those series that have all of the labels. */
export const useMeasured = (metric: readonly string[], labels: Labels = {}): Measured => {
  const cluster = useCluster();
  const query = {
    metric: [...metric],
    labels: Object.entries(labels).map(([name, value]) => `${name}=${value}`),
  };
  const { data, error } = useQuery(read("listMeasured", { path: { cluster }, query }));
  const of: Measured["of"] = (name, wanted = {}) =>
    (data?.samples ?? []).filter(
      (one) => one.metric === name && Object.entries(wanted).every(([label, value]) => one.labels[label] === value),
    );
  return { trouble: data === undefined ? error : null, of, one: (name, wanted) => of(name, wanted)[0]?.value };
};
