import type { BackupPolicy } from "@orrery/model";
import type { Properties } from "../../compare/value.ts";
import type { Declaring } from "../kind.ts";

/** Which guests a job takes, always said in full: somebody's exclusion is a difference. */
export const coverageKeys = ["all", "vmid", "pool", "exclude", "node"] as const;

type Coverage = {
  readonly all: boolean;
  readonly vmid?: readonly number[];
  readonly pool?: string;
  readonly exclude?: readonly number[];
  readonly node?: string;
};

const sortedIds = (vmids: readonly number[]): string[] =>
  [...new Set(vmids)].toSorted((one, other) => one - other).map(String);

/** The properties that say it. */
export const coverageProperties = ({ all, vmid = [], pool = "", exclude = [], node = "" }: Coverage): Properties => ({
  all: all ? "1" : "0",
  vmid: sortedIds(vmid),
  pool,
  exclude: sortedIds(exclude),
  node,
});

type Found = { readonly vmids: readonly number[]; readonly missing: readonly string[] };

const found = (listed: readonly (string | number)[], vmidOf: Declaring["vmidOf"]): Found => {
  const numbers = listed.map((guest) => (typeof guest === "number" ? guest : vmidOf(guest)));
  return {
    vmids: numbers.filter((vmid) => vmid !== undefined),
    missing: listed.filter((_, index) => numbers[index] === undefined).map(String),
  };
};

/** What a policy covers as a job says it; with the guests of which nobody knows the number; undefined where there is no such job. */
export const coverageOf = (
  { covers, onlyOn }: BackupPolicy,
  { inventory, vmidOf }: Pick<Declaring, "inventory" | "vmidOf">,
): { readonly coverage: Coverage; readonly missing: readonly string[] } | undefined => {
  const on = onlyOn === undefined ? {} : { node: onlyOn };
  if (covers === "configuration") return undefined;
  if (covers === "all guests") return { coverage: { all: true, ...on }, missing: [] };
  if ("allExcept" in covers) {
    const { vmids, missing } = found(covers.allExcept, vmidOf);
    return { coverage: { all: true, exclude: vmids, ...on }, missing };
  }
  if ("pool" in covers) {
    const { vmids, missing } = found(covers.except ?? [], vmidOf);
    return { coverage: { all: false, pool: covers.pool, exclude: vmids, ...on }, missing };
  }
  const names =
    "guests" in covers
      ? covers.guests
      : inventory.lab.guests.items
          .filter(({ category }) => covers.categories.some((one) => one === category))
          .map(({ name }) => name);
  const { vmids, missing } = found(names, vmidOf);
  return { coverage: { all: false, vmid: vmids, ...on }, missing };
};
