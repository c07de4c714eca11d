import { type ClusterState, valueIn } from "@orrery/state";
import { type Mark, unmarked } from "../../mark.ts";
import type { LabFragment } from "../adoption.ts";

export const adoptPools = ({ pools }: ClusterState, mark: Mark): LabFragment => {
  const found = valueIn(pools) ?? [];
  if (found.length === 0) return {};
  const items = found.map(({ id, comment }) => {
    const purpose = unmarked(mark, comment);
    return [id, purpose === "" ? {} : { purpose }] as const;
  });
  return { pools: { items: Object.fromEntries(items) } };
};
