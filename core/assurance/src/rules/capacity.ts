import {
  type AsWritten,
  formatBytes,
  formatRatio,
  type GuestDisk,
  isUnknown,
  known,
  type NodeName,
  type Path,
  refText,
  type Storage,
  type StorageName,
} from "@orrery/model";
import { type Absorption, absorbAny, type Proof, proofText } from "@orrery/placement";
import type { Draft, Objective } from "../finding.ts";
import { localCapacity, placementInput } from "../placement-problem.ts";
import type { Context, Rule } from "../rule.ts";
import { count, groupBy, list } from "../words.ts";

const GiB = 2 ** 30;
const gib = (bytes: number): string => String(Number((bytes / GiB).toFixed(2)));
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

/** What a node's running guests were given, and what there is for them. */
const memoryOf = (context: Context, name: NodeName) => {
  const node = context.inventory.nodes.get(name);
  const guests = (context.inventory.guestsOn.get(name) ?? []).filter((guest) => guest.state === "running");
  const given = sum(guests.map((guest) => known(guest.memory) ?? 0));
  const reserve = node === undefined ? undefined : known(node.memoryReserve);
  return {
    guests,
    given,
    reserve,
    room: (node?.memory ?? 0) - (reserve ?? 0),
    unknowns: [
      ...guests.flatMap((guest) => (isUnknown(guest.memory) ? [`${guest.name}: ${guest.memory.why}`] : [])),
      ...(node !== undefined && isUnknown(node.memoryReserve) ? [`the host's reserve: ${node.memoryReserve.why}`] : []),
    ],
  };
};

const nodeMemory: Rule = {
  id: "capacity/node-memory",
  chapter: "cluster",
  severity: "error",
  title: "The guests of each node fit into its memory",
  why: "Memory that was given twice is missing when both guests want it: the kernel then kills one of them.",
  how: "The memory of all running guests of a node is summed and compared with the node's, less what the host keeps. Where that reserve is unknown a sum above the whole memory is violated all the same, and one below it is unproven.",
  remedy: "Move a guest, or give it less.",
  *check(context): Generator<Draft> {
    for (const [name, node] of context.inventory.nodes) {
      const { guests, given, reserve, room, unknowns } = memoryOf(context, name);
      const sizes = guests.map((guest) => gib(known(guest.memory) ?? 0)).join(" + ");
      const of =
        reserve === undefined
          ? `${gib(node.memory)} GiB`
          : `${gib(node.memory)} − ${gib(reserve)} (host) = ${gib(room)} GiB`;
      const base = {
        subject: name,
        path: ["cluster", "nodes", name, "memory"] as Path,
        claim: `${name} has ${gib(node.memory)} GiB for ${count(guests.length, "guest")}`,
      };
      if (given > room) {
        yield {
          ...base,
          why: `${sizes} = ${gib(given)} GiB > ${of}.`,
          remedy: `Move guests of ${gib(given - room)} GiB or more away from ${name}, or give them less.`,
        };
      } else if (unknowns.length > 0 && guests.length > 0) {
        yield {
          ...base,
          verdict: "unproven",
          severity: "warning",
          why: `${sizes} = ${gib(given)} GiB of ${of}, which leaves ${gib(room - given)} GiB; unknown: ${list(unknowns, 3)}.`,
          remedy: `Declare it; it holds where ${name} keeps at most ${gib(room - given)} GiB for itself.`,
        };
      }
    }
  },
};

const nodeCpu: Rule = {
  id: "capacity/node-cpu",
  chapter: "cluster",
  severity: "warning",
  title: "The guests of each node stay within the declared CPU overcommit",
  why: "vCPUs beyond what was agreed show as steal time in every guest of the node at once.",
  how: "The vCPUs of all running guests are compared with the node's threads times cpuOvercommit; where that is not declared there is nothing to compare.",
  remedy: "Move a guest, or raise the limit knowingly.",
  *check(context): Generator<Draft> {
    const limit = context.lab.cluster.cpuOvercommit;
    if (limit === undefined) return;
    for (const [name, node] of context.inventory.nodes) {
      const vcpus = sum(memoryOf(context, name).guests.map((guest) => guest.vcpus));
      if (vcpus <= node.cpu.threads * limit) continue;
      yield {
        subject: name,
        path: ["cluster", "cpuOvercommit"],
        claim: `at most ${limit} vCPUs a thread`,
        why: `${vcpus} vCPUs / ${node.cpu.threads} threads of ${name} = ${(vcpus / node.cpu.threads).toFixed(2)} > ${limit}.`,
        remedy: `Move guests with ${Math.ceil(vcpus - node.cpu.threads * limit)} vCPUs away from ${name}, or raise cpuOvercommit.`,
      };
    }
  },
};

type Filling = {
  /** `local-zfs on pve1`; a shared storage by its name alone. */
  readonly subject: string;
  readonly store: StorageName;
  /** Undefined for a storage that nodes share. */
  readonly node: NodeName | undefined;
  /** Bytes, or why nobody knows. */
  readonly capacity: number | string;
  readonly provisioned: number;
  readonly used: number;
  readonly unknownUsed: readonly string[];
};

type Put = {
  readonly storage: StorageName | AsWritten;
  readonly size: number;
  readonly used: GuestDisk["used"];
  readonly owner: string;
  readonly node: NodeName | undefined;
};

/** The bytes of a shared storage: its own, or those of the storage that it is an export of. */
const sharedCapacity = ({ inventory }: Pick<Context, "inventory">, storage: Storage, depth = 0): number | string => {
  if (storage.capacity !== undefined) return isUnknown(storage.capacity) ? storage.capacity.why : storage.capacity;
  const under = storage.home.on === "storage" ? inventory.storageOf(storage.home.storage) : undefined;
  return under === undefined || depth > 8
    ? "its capacity is not declared"
    : sharedCapacity({ inventory }, under, depth + 1);
};

/** What is on each storage: on each node of a local one, in all on a shared one. */
const fillings = (context: Context): readonly Filling[] => {
  const { inventory, lab } = context;
  const puts: readonly Put[] = [
    ...lab.guests.items.flatMap((guest) =>
      guest.disks.map((disk) => ({ ...disk, owner: guest.name, node: inventory.nodeOf(guest.node) })),
    ),
    ...(lab.templates?.items ?? []).map((template) => ({
      storage: template.storage,
      size: template.size,
      used: template.size,
      owner: template.name,
      node: inventory.nodeOf(template.node),
    })),
  ];
  const byStorage = groupBy(puts, ({ storage }) => refText(storage));
  return [...inventory.storages].flatMap(([store, storage]): Filling[] => {
    const all = byStorage.get(store) ?? [];
    const filled = (subject: string, node: NodeName | undefined, capacity: number | string): Filling[] => {
      const disks = node === undefined ? all : all.filter((put) => put.node === node);
      return disks.length === 0
        ? []
        : [
            {
              subject,
              store,
              node,
              capacity,
              provisioned: sum(disks.map((disk) => disk.size)),
              used: sum(disks.map((disk) => known(disk.used) ?? 0)),
              unknownUsed: [...new Set(disks.flatMap((disk) => (isUnknown(disk.used) ? [disk.owner] : [])))],
            },
          ];
    };
    if (storage.shared) return filled(store, undefined, sharedCapacity(context, storage));
    return [...inventory.nodes.keys()].flatMap((node) => {
      const capacity = localCapacity(inventory, storage, node);
      if (capacity === 0) return [];
      if (capacity !== undefined) return filled(`${store} on ${node}`, node, capacity);
      return isUnknown(storage.capacity) ? filled(`${store} on ${node}`, node, storage.capacity.why) : [];
    });
  });
};

const storageOvercommit: Rule = {
  id: "capacity/storage",
  chapter: "storage",
  severity: "error",
  title: "What is promised on each storage fits onto it",
  why: "A thin pool that fills stops every guest on it with I/O errors, at a moment of its own choosing.",
  how: "Provisioned sizes of all disks on a storage are summed, for each node where it is local, and compared with the storage's capacity there. Where that is unknown it is unproven.",
  remedy: "Move disks, shrink them, or add room.",
  *check(context): Generator<Draft> {
    for (const { subject, store, node, capacity, provisioned, unknownUsed, used } of context.once(fillings)) {
      const base = {
        subject,
        path: ["storage", "items", store] as Path,
        claim:
          node === undefined ? `${store} holds its guests' disks` : `${store} holds the disks of the guests on ${node}`,
      };
      if (typeof capacity === "string") {
        yield {
          ...base,
          verdict: "unproven",
          severity: "warning",
          why: `Whether ${formatBytes(provisioned)} provisioned fit is unknown: ${capacity}.`,
          remedy: `Declare the capacity of ${store}; it holds from ${formatBytes(provisioned)} on.`,
        };
        continue;
      }
      if (provisioned <= capacity) continue;
      const really =
        unknownUsed.length === 0 ? ` Used today: ${formatBytes(used)}.` : " How much of it is used is unknown.";
      yield {
        ...base,
        why: `${formatBytes(provisioned)} provisioned > ${formatBytes(capacity)}, ${(provisioned / capacity).toFixed(2)} times.${really}`,
        remedy: `Move disks of ${formatBytes(provisioned - capacity)} off ${subject}, or add room.`,
      };
    }
  },
};

const thresholdOf = ({ lab }: Context, subject: "node memory" | "storage") => {
  const index = lab.monitoring.thresholds.findIndex((candidate) => candidate.subject === subject);
  const threshold = lab.monitoring.thresholds[index];
  return threshold === undefined || threshold.subject === "quorum" ? undefined : { index, ...threshold };
};

const alertsAtRest: Rule = {
  id: "capacity/alerts-at-rest",
  chapter: "monitoring",
  severity: "note",
  title: "No threshold is crossed by what guests were given alone",
  why: "An alert that the plan itself sets off is soon one that nobody reads.",
  how: "Memory given to guests, and used disk space, are compared with the declared thresholds, node by node. Where used space is unknown, storage is unproven if it could be crossed.",
  remedy: "Spread the guests, or set the threshold where it means something.",
  *check(context): Generator<Draft> {
    const memory = thresholdOf(context, "node memory");
    for (const [name, node] of context.inventory.nodes) {
      if (memory === undefined) break;
      const { given, guests } = memoryOf(context, name);
      const ratio = given / node.memory;
      const open = guests.flatMap((guest) => (isUnknown(guest.memory) ? [guest] : []));
      const [first] = open;
      if (first !== undefined && isUnknown(first.memory) && ratio <= memory.warning.above) {
        yield {
          subject: name,
          path: ["monitoring", "thresholds", memory.index, "warning"],
          claim: `memory of a node above ${formatRatio(memory.warning.above)} is warning`,
          verdict: "unproven",
          why: `${gib(given)} / ${gib(node.memory)} GiB = ${formatRatio(ratio)} of ${name} is given to guests, without ${list(open.map((guest) => guest.name))}: ${first.memory.why}.`,
          remedy: `Declare the memory of ${list(open.map((guest) => guest.name))}.`,
        };
      }
      if (ratio > 1 || ratio <= memory.warning.above) continue;
      const level = ratio > memory.critical.above ? "critical" : "warning";
      yield {
        subject: name,
        path: ["monitoring", "thresholds", memory.index, level],
        claim: `memory of a node above ${formatRatio(memory[level].above)} is ${level}`,
        why: `${gib(given)} / ${gib(node.memory)} GiB = ${formatRatio(ratio)} of ${name} is given to guests.`,
        remedy: `Move a guest away from ${name}, or give guests less.`,
      };
    }
    const storage = thresholdOf(context, "storage");
    for (const { subject, capacity, provisioned, used, unknownUsed } of context.once(fillings)) {
      if (
        storage === undefined ||
        typeof capacity === "string" ||
        (used <= storage.warning.above * capacity &&
          (unknownUsed.length === 0 || provisioned <= storage.warning.above * capacity))
      )
        continue;
      const shown = used > storage.warning.above * capacity;
      yield {
        subject,
        path: ["monitoring", "thresholds", storage.index, "warning"],
        claim: `a storage above ${formatRatio(storage.warning.above)} is a warning`,
        ...(shown ? {} : { verdict: "unproven" as const }),
        why: shown
          ? `${formatBytes(used)} used of ${formatBytes(capacity)} = ${formatRatio(used / capacity)}.`
          : `${formatBytes(provisioned)} of ${formatBytes(capacity)} = ${formatRatio(provisioned / capacity)} is provisioned; how much ${list(unknownUsed, 3)} use is unknown.`,
        remedy: shown ? `Make room on ${subject}.` : "Declare the used size of each disk.",
      };
    }
  },
};

/** One step is about one look at one guest on one node; enough for a hundred nodes by a thousand guests. */
const searchBudget = { steps: 2_000_000 };

type Losses = { readonly all: readonly Absorption[]; readonly assumed: readonly string[] };

const lossesOf = ({ inventory }: Context): Losses => {
  const { problem, assumed } = placementInput(inventory);
  return { all: absorbAny(problem, searchBudget), assumed };
};

/** A guest that nothing takes is proof enough; the others are counted. */
const briefly = (proof: Proof): string => {
  if (proof.kind !== "no-host" || proof.stuck.length < 2) return proofText(proof).replaceAll("\n", " ");
  const [first, ...others] = [...proof.stuck].sort((a, b) => b.items.length - a.items.length);
  const names = others.flatMap((stuck) => stuck.items).sort();
  return `${first === undefined ? "" : proofText({ kind: "no-host", stuck: [first] })} Nor can ${list(names)}.`;
};

const nPlusOne: Rule = {
  id: "capacity/node-loss",
  chapter: "cluster",
  severity: "error",
  title: "After the loss of any one node, its guests have somewhere to go",
  why: "Sums say that there is room; whether 32 GiB fit in one piece, beside the device and the disk they need, is another question, asked at the worst time.",
  how: "For each node, an exact search places its running guests onto the others: memory less reserve, devices alike, VLANs, storages that hold their disks or have room to restore them. The guests of the others stay where they are. A search that its budget ends is unproven, as is a fit that rests on an unknown.",
  remedy: "Add memory, move guests, or declare survivesNodeLoss: false.",
  *check(context): Generator<Draft> {
    if (known(context.lab.cluster.survivesNodeLoss) !== true) return;
    const { all, assumed } = context.once(lossesOf);
    for (const absorption of all) {
      const base = {
        subject: absorption.lost,
        path: ["cluster", "survivesNodeLoss"] as Path,
        claim: `the lab survives the loss of ${absorption.lost}`,
      };
      switch (absorption.kind) {
        case "impossible":
          yield {
            ...base,
            why: briefly(absorption.proof),
            remedy: "Add memory to the other nodes, move guests, or declare survivesNodeLoss: false.",
          };
          break;
        case "undecided":
          yield {
            ...base,
            verdict: "unproven",
            why: `${absorption.best.placements.length} guests were placed, ${list(absorption.best.unplaced)} not, and neither a place nor a proof that there is none was found in ${absorption.spent.steps} steps.`,
            remedy: "Leave more room: a fit that is this hard to find is no reserve.",
          };
          break;
        case "fits":
          if (assumed.length === 0 || absorption.placements.length === 0) break;
          yield {
            ...base,
            verdict: "unproven",
            severity: "warning",
            why: `Its ${count(absorption.placements.length, "guest")} fit only if ${list(assumed, 3)}.`,
            remedy: "Declare those numbers.",
          };
          break;
      }
    }
  },
};

/** The lab's own promise to survive a node, as an objective. */
export function* nodeLossObjective(context: Context): Generator<Objective> {
  if (known(context.lab.cluster.survivesNodeLoss) !== true) return;
  const { all, assumed } = context.once(lossesOf);
  const names = (kind: Absorption["kind"]): string[] => all.flatMap((one) => (one.kind === kind ? [one.lost] : []));
  const [impossible, undecided] = [names("impossible"), names("undecided")];
  const base = {
    id: "cluster/node-loss",
    chapter: "cluster",
    path: ["cluster", "survivesNodeLoss"],
    title: "Any one node may be lost",
  } as const;
  const fits = all.length - impossible.length - undecided.length;
  const figure = `${fits} of ${all.length}`;
  if (impossible.length > 0)
    yield { ...base, verdict: "missed", figure, why: `the guests of ${list(impossible)} have nowhere to go` };
  else if (undecided.length > 0)
    yield { ...base, verdict: "unproven", figure, why: `not decided within the budget: ${list(undecided)}` };
  else if (assumed.length > 0) yield { ...base, verdict: "unproven", figure, why: `holds only if ${list(assumed, 3)}` };
  else yield { ...base, verdict: "met", figure, why: "the guests of each node fit onto the others, by exact search" };
}

export const capacity: readonly Rule[] = [nodeMemory, nodeCpu, storageOvercommit, alertsAtRest, nPlusOne];
