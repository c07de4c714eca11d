import type { PropertyDifference } from "../../compare/comparison.ts";
import { valueText } from "../../compare/value.ts";
import type { Step } from "../../plan/step.ts";
import { becauseOf, conditionsOf, guestCall, nameOf, type Planned, present } from "./planned.ts";
import { keyOf } from "./reading.ts";

export const removalStep = ({ standing, wanted, differences }: Planned, slot: string): Step => {
  const isVm = standing.type === "qemu";
  const own = differences.filter(({ property }) => keyOf(property) === slot);
  const { from } = conditionsOf(own);
  return {
    verb: "remove-disk",
    // A container lets go of a volume and keeps it as unused; a VM is asked to destroy it.
    title: isVm
      ? `Remove the disk ${slot} of ${nameOf(wanted.spec.name, standing.vmid)} and all that is on it`
      : `Detach ${slot} from ${nameOf(wanted.spec.name, standing.vmid)}: its volume stays with it as unused`,
    because: `${slot} is declared no more`,
    calls: [guestCall("PUT", standing, "/config", { delete: slot, ...(isVm ? { force: 1 } : {}), answers: "nothing" })],
    from: present(from),
    expects: present(Object.fromEntries(own.map(({ property }) => [property, null]))),
    risk: "data loss",
    principal: "token",
    consent: `disk ${standing.vmid}/${slot}`,
    node: standing.node,
    ...(standing.isRunning && (!isVm || !/^(?:scsi|virtio)/.test(slot)) ? { pending: [slot] } : {}),
  };
};

export const moveStep = ({ standing, wanted }: Planned, difference: PropertyDifference, isRunning: boolean): Step => {
  const slot = difference.property;
  const storage = valueText(difference.declared);
  const isVm = standing.type === "qemu";
  const { from, expects } = conditionsOf([difference]);
  return {
    verb: "move",
    title: `Move ${slot} of ${nameOf(wanted.spec.name, standing.vmid)} to ${storage}`,
    because: becauseOf([difference]),
    calls: [
      guestCall("POST", standing, isVm ? "/move_disk" : "/move_volume", {
        [isVm ? "disk" : "volume"]: slot,
        storage,
        delete: 1,
        answers: "task",
      }),
    ],
    from: present(from),
    expects: present(expects),
    risk: isRunning ? "hot" : "none",
    principal: "token",
    node: standing.node,
  };
};

export const growStep = ({ standing, wanted }: Planned, difference: PropertyDifference, isRunning: boolean): Step => {
  const slot = keyOf(difference.property);
  const { from, expects } = conditionsOf([difference]);
  return {
    verb: "grow",
    title: `Grow ${slot} of ${nameOf(wanted.spec.name, standing.vmid)}`,
    because: becauseOf([difference]),
    calls: [
      guestCall("PUT", standing, "/resize", { disk: slot, size: valueText(difference.declared), answers: "task" }),
    ],
    from: present(from),
    expects: present(expects),
    risk: isRunning ? "hot" : "none",
    principal: "token",
    node: standing.node,
  };
};
