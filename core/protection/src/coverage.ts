import { type BackupPolicy, type Guest, type GuestDisk, type Inventory, known } from "@orrery/model";

const listed = (names: readonly (string | number)[], { name, id }: Guest): boolean =>
  names.some((one) => one === name || one === known(id));

/** Whether a policy copies a guest. What is switched off copies nothing. */
export const covers = ({ covers: what, enabled, onlyOn }: BackupPolicy, guest: Guest): boolean => {
  if (!enabled || (onlyOn !== undefined && guest.node !== onlyOn)) return false;
  if (what === "all guests") return true;
  if (what === "configuration") return false;
  if ("guests" in what) return listed(what.guests, guest);
  if ("categories" in what) return what.categories.some((category) => category === guest.category);
  if ("pool" in what) return guest.pool === what.pool && !listed(what.except ?? [], guest);
  return !listed(what.allExcept, guest);
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
    if (typeof what === "string" || "pool" in what || policy.onlyOn !== undefined || !policy.enabled)
      return (guest: Guest) => covers(policy, guest);
    const names = new Set<string | number>(
      "guests" in what ? what.guests : "categories" in what ? what.categories : what.allExcept,
    );
    const isNamed = (guest: Guest): boolean => names.has(guest.name) || names.has(known(guest.id) ?? guest.name);
    if ("guests" in what) return isNamed;
    if ("categories" in what) return (guest: Guest) => names.has(known(guest.category) ?? "");
    return (guest: Guest) => !isNamed(guest);
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
