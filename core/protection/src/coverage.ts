import type { BackupPolicy, Guest, GuestDisk, Inventory } from "@orrery/model";

/** Whether a policy copies a guest. */
export const covers = ({ covers: what }: BackupPolicy, guest: Guest): boolean => {
  if (what === "all guests") return true;
  if (what === "configuration") return false;
  if ("guests" in what) return what.guests.includes(guest.name);
  if ("categories" in what) return what.categories.includes(guest.category);
  return !what.allExcept.includes(guest.name);
};

export const coversConfiguration = ({ covers: what }: BackupPolicy): boolean => what === "configuration";

/** Guests that the same policies cover. */
export type CoverageGroup = { readonly policies: readonly BackupPolicy[]; readonly guests: readonly Guest[] };

export type Coverage = {
  readonly groups: readonly CoverageGroup[];
  readonly policiesOf: ReadonlyMap<Guest, readonly BackupPolicy[]>;
  readonly guestsOf: ReadonlyMap<BackupPolicy, readonly Guest[]>;
  readonly uncovered: readonly Guest[];
  /** Disks that their guests' backups leave out. */
  readonly leftOut: readonly { readonly guest: Guest; readonly disk: GuestDisk }[];
};

/** Which policy copies which guest. Linear in guests times policies. */
export const coverageOf = ({ lab }: Inventory): Coverage => {
  const { policies } = lab.backup;
  const tests = policies.map((policy) => {
    const { covers: what } = policy;
    if (typeof what === "string") return (guest: Guest) => covers(policy, guest);
    const names = new Set<string>(
      "guests" in what ? what.guests : "categories" in what ? what.categories : what.allExcept,
    );
    if ("guests" in what) return (guest: Guest) => names.has(guest.name);
    if ("categories" in what) return (guest: Guest) => names.has(guest.category);
    return (guest: Guest) => !names.has(guest.name);
  });
  const groups = new Map<string, { policies: readonly BackupPolicy[]; guests: Guest[] }>();
  const policiesOf = new Map<Guest, readonly BackupPolicy[]>();
  const guestsOf = new Map<BackupPolicy, Guest[]>(policies.map((policy) => [policy, []]));
  for (const guest of lab.guests.items) {
    const taken = tests.map((test) => test(guest));
    const key = taken.map(Number).join("");
    let group = groups.get(key);
    if (group === undefined) {
      group = { policies: policies.filter((_, index) => taken[index]), guests: [] };
      groups.set(key, group);
    }
    group.guests.push(guest);
    policiesOf.set(guest, group.policies);
    for (const policy of group.policies) guestsOf.get(policy)?.push(guest);
  }
  return {
    groups: [...groups.values()],
    policiesOf,
    guestsOf,
    uncovered: [...groups.values()].find((group) => group.policies.length === 0)?.guests ?? [],
    leftOut: lab.guests.items.flatMap((guest) =>
      guest.disks.filter((disk) => !disk.backup).map((disk) => ({ guest, disk })),
    ),
  };
};
