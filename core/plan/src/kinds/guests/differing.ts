import type { PropertyDifference } from "../../compare/comparison.ts";
import { type Properties, propertyText, type Value } from "../../compare/value.ts";
import { isCtDisk, isVmDisk } from "./formats.ts";
import { nounOf, type Planned } from "./planned.ts";
import { keyOf, slotKind } from "./reading.ts";

/** Properties that no configuration has: who it is, where it is, whether it runs. */
const outside = new Set(["type", "node", "status", "pool"]);

export const isDiskMain = (property: string): boolean =>
  isVmDisk(property) || isCtDisk(property) || property === "efidisk0" || property === "tpmstate0";

/** Whether what is in a slot has data of the guest. */
export const holdsData = (properties: Properties, slot: string): boolean => slotKind(properties, slot) === "disk";

/**
 * Whether a disk is a copy whose volume has no name yet: to write a line of its slot would put an empty volume in its
 * place, so that its options wait until the copy is there.
 */
export const isUnnamed = ({ properties, config }: Planned["standing"], slot: string): boolean =>
  isDiskMain(slot) && holdsData(properties, slot) && config[slot] === undefined;

/** What nothing but making the disk or the guest anew would change. */
const fixed = /^(?:efidisk0\.(?:efitype|pre-enrolled-keys|ms-cert)|tpmstate0\.version|unprivileged)$/;

const sizeOf = (value: Value | undefined): number => Number(typeof value === "string" ? value : Number.NaN);

type Sorted = {
  readonly options: PropertyDifference[];
  readonly removals: string[];
  readonly moves: PropertyDifference[];
  readonly grows: PropertyDifference[];
  readonly impossible: string[];
};

/** Why what is in a slot stays as it is; undefined where it may be changed. */
const whyKept = ({ standing, wanted }: Planned, slot: string): string | undefined => {
  const goes = wanted.properties[slot] === undefined && !Object.hasOwn(wanted.open, slot);
  if (standing.isProtected && (goes || standing.type === "lxc"))
    return `${slot} is not as declared, and the guest's protection flag is set, under which ${standing.type === "lxc" ? "no volume is changed" : "no drive is removed"}`;
  if (!goes || !holdsData(standing.properties, slot)) return undefined;
  if (slot === "rootfs") return "rootfs is declared no more: a container cannot be without it";
  return standing.isTemplate
    ? `${slot} is declared no more: clones may stand on a template's disks, so that they stay`
    : undefined;
};

const sortDifference = (planned: Planned, difference: PropertyDifference, sorted: Sorted): void => {
  const { standing, wanted } = planned;
  const { property, declared, observed } = difference;
  const slot = keyOf(property);
  const isThere = standing.properties[slot] !== undefined;
  const willBe = wanted.properties[slot] !== undefined || Object.hasOwn(wanted.open, slot);
  const isMove = property === slot && holdsData(standing.properties, slot) && holdsData(wanted.properties, slot);
  const isKeepable = isDiskMain(slot) && !isMove && !property.endsWith(".size");
  const kept = isKeepable ? whyKept(planned, slot) : undefined;
  if (kept !== undefined) {
    if (!sorted.impossible.includes(kept)) sorted.impossible.push(kept);
    return;
  }
  if (isDiskMain(slot) && holdsData(standing.properties, slot) && (!willBe || !holdsData(wanted.properties, slot))) {
    if (property === slot) sorted.removals.push(slot);
    if (willBe) sorted.options.push(difference);
    return;
  }
  if (fixed.test(property) && isThere) {
    sorted.impossible.push(
      `${property} is ${propertyText(property, observed)} and declared ${propertyText(property, declared)}: it is settled when ${property === "unprivileged" ? "the container" : "the disk"} is made, and nothing changes it in place`,
    );
    return;
  }
  const isOfTemplate = standing.isTemplate && isThere && isDiskMain(slot);
  if (isOfTemplate && (property === slot || property.endsWith(".size"))) {
    sorted.impossible.push(
      `${property} is ${propertyText(property, observed)} and declared ${propertyText(property, declared)}: clones may stand on a template's disks, so that they stay as they are`,
    );
    return;
  }
  if (property.endsWith(".size") && isThere) {
    const [wants, has] = [sizeOf(declared), sizeOf(observed)];
    if (wants > has) sorted.grows.push(difference);
    else
      sorted.impossible.push(
        `${slot} has ${has} bytes and ${wants} are declared: no disk can be made smaller in place`,
      );
    return;
  }
  if (
    property === slot &&
    isDiskMain(slot) &&
    isThere &&
    declared !== undefined &&
    holdsData(standing.properties, slot)
  ) {
    sorted.moves.push(difference);
    return;
  }
  sorted.options.push(difference);
};

export const sortAll = (planned: Planned): Sorted => {
  const sorted: Sorted = { options: [], removals: [], moves: [], grows: [], impossible: [] };
  for (const difference of planned.differences) {
    const { property } = difference;
    if (outside.has(property) || property.startsWith("pending.")) continue;
    sortDifference(planned, difference, sorted);
  }
  return sorted;
};

/** Why part of a difference cannot be brought about. */
export const impossibleOf = (planned: Planned): readonly string[] => {
  const { standing, wanted } = planned;
  if (standing.type !== wanted.spec.type)
    return [
      `${standing.vmid} is a ${nounOf(standing.type)} and is declared a ${nounOf(wanted.spec.type)}: one is not made of the other`,
    ];
  const { impossible, options } = sortAll(planned);
  const later = options.flatMap(({ property }) => (isUnnamed(standing, keyOf(property)) ? [property] : []));
  const waiting =
    later.length === 0
      ? []
      : [`${later.join(", ")} can be set once the copy of the template is there: plan again then`];
  return [...impossible, ...waiting, ...wanted.problems.values()];
};
