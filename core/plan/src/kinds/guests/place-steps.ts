import type { PropertyDifference } from "../../compare/comparison.ts";
import { valueText } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Step } from "../../plan/step.ts";
import { holdsData, isDiskMain } from "./differing.ts";
import { becauseOf, conditionsOf, guestCall, nameOf, type Planned, present } from "./planned.ts";

/** To another node: disks on storages of the node go along, to their declared storages where the node has none like them. */
export const migrationOf = (
  { standing, wanted, isShared, isOn }: Planned,
  difference: PropertyDifference,
  isRunning: boolean,
): { readonly step: Step; readonly moved: ReadonlySet<string> } => {
  const target = valueText(difference.declared);
  const isVm = standing.type === "qemu";
  const slots = Object.keys(standing.properties).filter(
    (key) => isDiskMain(key) && holdsData(standing.properties, key),
  );
  const storageOf = (slot: string): string => valueText(standing.properties[slot]);
  const moved = slots.filter(
    (slot) =>
      !isOn(storageOf(slot), target) &&
      typeof wanted.properties[slot] === "string" &&
      holdsData(wanted.properties, slot),
  );
  const pairs = [...new Set(moved.map((slot) => `${storageOf(slot)}:${valueText(wanted.properties[slot])}`))];
  const { from, expects } = conditionsOf([
    difference,
    ...moved.map((slot) => ({
      property: slot,
      declared: wanted.properties[slot],
      observed: standing.properties[slot],
    })),
  ]);
  const isLive = isVm && isRunning;
  const isLocal = slots.some((slot) => !isShared(storageOf(slot)));
  const step: Step = {
    verb: "migrate",
    title: `Migrate ${nameOf(wanted.spec.name, standing.vmid)} from ${standing.node} to ${target}`,
    because: `it is declared to be on ${target}`,
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
  };
  return { step, moved: new Set(moved) };
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
