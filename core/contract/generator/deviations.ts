import { readFileSync } from "node:fs";
import type { PveVersion } from "../src/version.ts";

/** One row of `data/observed-deviations.json`: where an answer of a real cluster differs from the schema. */
interface Row {
  readonly product: string;
  readonly compared_with: string;
  readonly method: string;
  readonly path: string;
  /** Paths into the answer: `.cpuinfo.flags`, `[].rpm`. */
  readonly not_in_schema?: readonly string[];
  readonly other_type?: Readonly<Record<string, readonly { readonly schema: string; readonly seen: string }[]>>;
  readonly required_but_absent?: readonly string[];
}

/** What was seen of one answer that its schema does not say, by place (`[].rpm`). */
export interface Deviations {
  readonly beside: readonly string[];
  readonly otherKinds: ReadonlyMap<string, readonly string[]>;
  /** Without the leading `[].` or `.`. */
  readonly absent: readonly string[];
}

const none: Deviations = { beside: [], otherKinds: new Map(), absent: [] };

/** Reads the observed deviations; the answer finds those of one method of one version. */
export const readDeviations = (file: URL): ((version: PveVersion, method: string, path: string) => Deviations) => {
  const rows: readonly Row[] = JSON.parse(readFileSync(file, "utf8"));
  const key = (contract: string, method: string, path: string) => `${contract} ${method} ${path}`;
  const byRoute = new Map<string, Deviations>();
  for (const row of rows) {
    if (row.product !== "pve") continue;
    const of = key(row.compared_with, row.method, row.path);
    const before = byRoute.get(of) ?? none;
    const otherKinds = new Map(before.otherKinds);
    for (const [place, kinds] of Object.entries(row.other_type ?? {})) {
      otherKinds.set(place, [...(otherKinds.get(place) ?? []), ...kinds.map(({ seen }) => seen)]);
    }
    byRoute.set(of, {
      beside: [...before.beside, ...(row.not_in_schema ?? [])],
      otherKinds,
      absent: [...before.absent, ...(row.required_but_absent ?? [])],
    });
  }
  return (version, method, path) => byRoute.get(key(`pve-${version}.json`, method, path)) ?? none;
};
