import type { PropertyDifference } from "../../compare/comparison.ts";
import { valueText } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Step } from "../../plan/step.ts";
import { holdsData, isDiskMain } from "./differing.ts";
import { becauseOf, conditionsOf, guestCall, nameOf, type Planned, present, type Standing } from "./planned.ts";

/** What is known of a guest that goes to another node. */
export type Migration = Pick<Planned, "isShared" | "isOn"> & {
  readonly standing: Pick<Standing, "type" | "vmid" | "node" | "isKeptByHa" | "properties">;
  readonly name: string | undefined;
  readonly isRunning: boolean;
  readonly target: string;
  readonly because: string;
  /** Where a disk is to go whose storage the target does not have. */
  readonly storageFor?: (slot: string) => string | undefined;
};

/** So long HA may take to begin: it comes by every ten seconds, and moves a few at a time. Seconds. */
const haPatience = 7200;

/** Proxmox only tells HA to move what HA looks after, and says at once that it did. */
const handedOver = ({ isKeptByHa, type }: Pick<Standing, "isKeptByHa" | "type">): Pick<Step, "handsOver"> =>
  !isKeptByHa ? {} : { handsOver: { tasks: [type === "qemu" ? "qmigrate" : "vzmigrate"], within: haPatience } };

/** To another node; disks on storages of the node go along. */
export const migrateStep = (migration: Migration): Step => {
  const { standing, name, isRunning, target, because, isShared, isOn, storageFor = () => undefined } = migration;
  const isVm = standing.type === "qemu";
  const slots = Object.keys(standing.properties).filter(
    (key) => isDiskMain(key) && holdsData(standing.properties, key),
  );
  const storageOf = (slot: string): string => valueText(standing.properties[slot]);
  const moved = slots.flatMap((slot): PropertyDifference[] => {
    const storage = isOn(storageOf(slot), target) ? undefined : storageFor(slot);
    return storage === undefined ? [] : [{ property: slot, declared: storage, observed: standing.properties[slot] }];
  });
  const pairs = [...new Set(moved.map(({ property, declared }) => `${storageOf(property)}:${valueText(declared)}`))];
  const { from, expects } = conditionsOf([{ property: "node", declared: target, observed: standing.node }, ...moved]);
  const isLive = isVm && isRunning;
  const isLocal = slots.some((slot) => !isShared(storageOf(slot)));
  return {
    verb: "migrate",
    title: `Migrate ${nameOf(name, standing.vmid)} from ${standing.node} to ${target}`,
    because,
    calls: [
      guestCall("POST", standing, "/migrate", {
        target,
        ...(isLive ? { online: 1 } : {}),
        ...(isLive && isLocal ? { "with-local-disks": 1 } : {}),
        ...(pairs.length > 0 ? { [isVm ? "targetstorage" : "target-storage"]: pairs.join(",") } : {}),
        // A container is never moved while it runs: it is shut down, moved and started again.
        ...(!isVm && isRunning ? { restart: 1 } : {}),
        answers: "task",
      }),
    ],
    from: present(from),
    expects: present(expects),
    risk: isRunning ? (isVm ? "hot" : "reboot") : "none",
    principal: "token",
    node: standing.node,
    ...handedOver(standing),
  };
};

/** To its declared node: disks go to their declared storages where the node has none like theirs. */
export const migrationOf = (
  { standing, wanted, isShared, isOn }: Planned,
  { declared }: PropertyDifference,
  isRunning: boolean,
): { readonly step: Step; readonly moved: ReadonlySet<string> } => {
  const target = valueText(declared);
  const step = migrateStep({
    standing,
    name: wanted.spec.name,
    isRunning,
    target,
    because: `it is declared to be on ${target}`,
    isShared,
    isOn,
    storageFor: (slot) => {
      const storage = wanted.properties[slot];
      return typeof storage === "string" && holdsData(wanted.properties, slot) ? storage : undefined;
    },
  });
  const properties = step.expects.kind === "present" ? Object.keys(step.expects.properties) : [];
  return { step, moved: new Set(properties.filter((property) => property !== "node")) };
};

export const poolStep = ({ standing, wanted }: Planned, difference: PropertyDifference): Step => {
  const { declared, observed } = difference;
  const { from, expects } = conditionsOf([difference]);
  const title = nameOf(wanted.spec.name, standing.vmid);
  const parameters: Record<string, CallValue> =
    declared === undefined
      ? { poolid: valueText(observed), vms: String(standing.vmid), delete: 1 }
      : {
          poolid: valueText(declared),
          vms: String(standing.vmid),
          ...(observed === undefined ? {} : { "allow-move": 1 }),
        };
  return {
    verb: "pool",
    title:
      declared === undefined
        ? `Take ${title} out of the pool ${valueText(observed)}`
        : `Put ${title} in the pool ${valueText(declared)}`,
    because: becauseOf([difference]),
    calls: [{ method: "PUT", path: "/pools", parameters, answers: "nothing" }],
    from: present(from),
    expects: present(expects),
    risk: "none",
    principal: "token",
  };
};
