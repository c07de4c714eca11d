import { known } from "@orrery/model";
import { valueIn } from "@orrery/state";
import type { Item } from "../problem.ts";
import type { Tie } from "./derived.ts";
import type { Part } from "./parts.ts";
import type { Policy } from "./policy.ts";
import { sizesOf } from "./sizes.ts";
import type { Bound } from "./tie.ts";

interface ItemScene {
  readonly policy: Policy;
  readonly ties: readonly Tie[];
  readonly draining: ReadonlySet<string>;
  readonly stopping: ReadonlySet<number>;
  readonly liveOnly: boolean;
}

export const itemOf = (part: Part, bound: Bound, { policy, ties, draining, stopping, liveOnly }: ItemScene): Item => {
  const { name, guest, declared, placing } = part;
  const presence = guest === undefined ? undefined : valueIn(guest.presence);
  const sizes = guest === undefined ? undefined : sizesOf(guest);
  const vcpus = Math.ceil(sizes?.cpus ?? declared?.vcpus ?? 1);
  const { figures } = presence ?? {};
  const mine = ties.filter((tie) => tie.guest === name);
  const bonded = (kind: "together" | "apart", strict: boolean): string[] => [
    ...new Set(
      policy.bonds
        .filter((bond) => bond.kind === kind && bond.strict === strict && bond.guests.includes(name))
        .flatMap(({ guests }) => guests.filter((other) => other !== name)),
    ),
  ];
  const wished = policy.pins.filter((pin) => !pin.strict && pin.guest === name).flatMap(({ nodes }) => nodes);
  const onDrain = guest !== undefined && stopping.has(guest.vmid) ? "stop" : known(declared?.onDrain);
  const leaves = guest !== undefined && !placing && draining.has(guest.node);
  const stays =
    policy.ignored.has(name) ||
    (leaves && onDrain === "nothing") ||
    (liveOnly && bound.movesBy === "restart" && !placing);
  const lists = {
    togetherWith: bonded("together", true),
    apartFrom: bonded("apart", true),
    ratherWith: bonded("together", false),
    ratherApartFrom: bonded("apart", false),
    prefers: wished,
    disks: bound.disks,
  };
  return {
    name,
    memoryBytes: Math.ceil(sizes?.memory ?? known(declared?.memory) ?? 0),
    vcpus,
    devices: bound.devices,
    ...(guest === undefined || placing ? {} : { host: guest.node }),
    ...(mine.length === 0
      ? {}
      : { allowed: mine.map(({ nodes }) => nodes).reduce((all, one) => all.filter((node) => one.includes(node))) }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(figures === undefined || placing
      ? {}
      : { used: { cpu: figures.cpu * (presence?.cpus ?? 0), memoryBytes: figures.memory } }),
    movesBy: bound.movesBy,
    ...(onDrain === "stop" ? { onDrain: "stop" } : {}),
    ...(stays ? { settled: true } : {}),
    onLoss: "restart",
  };
};
