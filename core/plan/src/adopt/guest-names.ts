import { guestName } from "@orrery/model";
import { type ClusterState, valueIn } from "@orrery/state";

/** The names by which a declaration may speak of guests: those that one guest bears alone and that is no template. */
export const guestNamesOf = ({ guests }: ClusterState): ReadonlyMap<number, string> => {
  const all = Object.values(valueIn(guests) ?? {});
  const times = new Map<string, number>();
  for (const { presence } of all) {
    const name = valueIn(presence)?.name ?? "";
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return new Map(
    all.flatMap(({ vmid, presence }) => {
      const seen = valueIn(presence);
      const isUsable = seen?.name !== undefined && !seen.template && times.get(seen.name) === 1;
      return isUsable && guestName.safeParse(seen.name, { jitless: true }).success
        ? [[vmid, seen.name ?? ""] as const]
        : [];
    }),
  );
};
