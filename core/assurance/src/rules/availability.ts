import { type Guest, isAsWritten, isHaResource, isUnknown, type Path } from "@orrery/model";
import type { Draft } from "../finding.ts";
import { isLocal } from "../placement-problem.ts";
import type { Context, Rule } from "../rule.ts";
import { are, count, groupBy, list } from "../words.ts";
import { claimsOf } from "./inventory.ts";

type HaClaim = { readonly path: Path; readonly text: string; readonly guests: readonly Guest[] };

/** What is said to be highly available: by claims of the document, and by guests that are HA resources. */
const haClaims = ({ lab, inventory }: Context): readonly HaClaim[] => [
  ...claimsOf(lab).flatMap(({ claim, path }) => {
    if (claim.kind !== "highly available") return [];
    const guests =
      claim.guests === "all" ? lab.guests.items : claim.guests.flatMap((name) => inventory.guests.get(name) ?? []);
    return [
      {
        path,
        text: `${claim.guests === "all" ? "all guests" : list(claim.guests)} go on when a node fails (${claim.source})`,
        guests,
      },
    ];
  }),
  ...lab.guests.items.flatMap((guest, index) =>
    isHaResource(guest)
      ? [{ path: ["guests", "items", index, "ha"], text: `${guest.name} is an HA resource`, guests: [guest] }]
      : [],
  ),
];

const localDisks: Rule = {
  id: "availability/local-disk",
  chapter: "guests",
  severity: "error",
  title: "What is claimed highly available can start on another node",
  why: "HA restarts a guest where its disks are. On a local disk that is the node that just failed.",
  how: "Guests under a claim of high availability are listed by storage where a disk is on a storage that is not shared and the guest is not replicated.",
  remedy: "Replicate the guest (`pvesr`), move its disks to shared storage, or stop claiming it.",
  *check(context): Generator<Draft> {
    const { inventory } = context;
    for (const { path, text, guests } of context.once(haClaims)) {
      const stuck = guests.flatMap((guest) => {
        const disk =
          guest.replication.length === 0 ? guest.disks.find((candidate) => isLocal(inventory, candidate)) : undefined;
        return disk === undefined || isAsWritten(disk.storage) ? [] : [{ guest, storage: disk.storage }];
      });
      for (const [storage, here] of groupBy(stuck, (one) => one.storage)) {
        yield {
          subject: here.length === 1 ? (here[0]?.guest.name ?? storage) : storage,
          path,
          claim: text,
          why: `${count(here.length, "guest")} of ${guests.length} ${are(here.length)} on ${storage}, which each node has for itself, and not replicated: ${list(here.map((one) => one.guest.name))}.`,
          remedy: "Replicate them to a second node, move their disks to shared storage, or stop claiming it.",
        };
      }
    }
  },
};

const notManaged: Rule = {
  id: "availability/not-managed",
  chapter: "guests",
  severity: "warning",
  title: "What is claimed highly available is an HA resource",
  why: "Proxmox restarts only the guests that were given to its HA manager.",
  how: "Guests under a claim of high availability are compared with their declared `ha`; unknown is unproven.",
  remedy: "Declare ha: true for them, or stop claiming it.",
  *check(context): Generator<Draft> {
    for (const { path, text, guests } of context.once(haClaims)) {
      const not = guests.filter((guest) => !isUnknown(guest.ha) && !isHaResource(guest));
      const open = guests.filter((guest) => isUnknown(guest.ha));
      const [first] = open;
      if (not.length > 0) {
        yield {
          subject: "high availability",
          path,
          claim: text,
          why: `${count(not.length, "guest")} ${are(not.length)} no HA resource: ${list(not.map((guest) => guest.name))}.`,
          remedy: "Declare ha: true for them, or stop claiming it.",
        };
      } else if (first !== undefined && isUnknown(first.ha)) {
        yield {
          subject: "high availability",
          path,
          claim: text,
          verdict: "unproven",
          why: `For ${count(open.length, "guest")} it is unknown: ${first.ha.why}.`,
          remedy: "Declare ha for each guest.",
        };
      }
    }
  },
};

const passthrough: Rule = {
  id: "availability/passthrough",
  chapter: "guests",
  severity: "error",
  title: "No guest with a passed-through device is claimed to move while it runs",
  why: "A device does not migrate: the drain stops at that guest, in the middle of the window.",
  how: "Guests with devices are compared with their `onDrain`.",
  remedy: 'Declare onDrain: "stop" for it, and plan for the time that it is down.',
  *check({ lab }): Generator<Draft> {
    for (const [index, guest] of lab.guests.items.entries()) {
      if (guest.devices.length === 0 || guest.onDrain !== "migrate") continue;
      yield {
        subject: guest.name,
        path: ["guests", "items", index, "onDrain"],
        claim: `${guest.name} migrates when its node drains`,
        why: `${list(guest.devices)} ${are(guest.devices.length)} passed through to it, and cannot be while it runs elsewhere.`,
        remedy: `Declare onDrain: "stop" for ${guest.name}.`,
      };
    }
  },
};

const drainUnknown: Rule = {
  id: "availability/drain-undeclared",
  chapter: "guests",
  severity: "note",
  title: "Every guest says what it does when its node drains",
  why: "Maintenance that finds out guest by guest whether it may move one takes longer than its window.",
  how: "Guests whose `onDrain` is unknown are counted.",
  remedy: "Declare onDrain: migrate, stop or nothing.",
  *check({ lab }): Generator<Draft> {
    const open = lab.guests.items.flatMap((guest, index) =>
      isUnknown(guest.onDrain) ? [{ guest, index, why: guest.onDrain.why }] : [],
    );
    const [first] = open;
    if (first === undefined) return;
    yield {
      subject: "draining",
      path: ["guests", "items", first.index, "onDrain"],
      claim: "each guest is migrated, stopped or left when its node drains",
      verdict: "unproven",
      why: `Unknown for ${count(open.length, "guest")}: ${first.why}.`,
      remedy: "Declare onDrain for each guest.",
    };
  },
};

const replicationTarget: Rule = {
  id: "availability/replication-target",
  chapter: "guests",
  severity: "error",
  title: "A guest is replicated to another node, that has the same storage",
  why: "Replication to the node itself, or to one without a storage of that name, does not run.",
  how: "The target of each replication is compared with the guest's node and the storages of its disks with those of the target; Proxmox replicates ZFS storages only.",
  remedy: "Name another node, or give it the storage.",
  *check({ lab, inventory }): Generator<Draft> {
    for (const [index, guest] of lab.guests.items.entries()) {
      for (const [at, copy] of guest.replication.entries()) {
        const base = {
          subject: guest.name,
          path: ["guests", "items", index, "replication", at] as Path,
          claim: `${guest.name} is replicated to ${inventory.nodeOf(copy.to) ?? "nowhere"}`,
        };
        const not = guest.disks.flatMap((disk) => {
          const storage = inventory.storageOf(disk.storage);
          return storage !== undefined && !storage.shared && storage.kind !== "zfs" && !isAsWritten(disk.storage)
            ? [disk.storage]
            : [];
        });
        if (inventory.nodeOf(copy.to) === inventory.nodeOf(guest.node)) {
          yield { ...base, why: `${guest.name} is on that node already.`, remedy: "Name another node." };
        } else if (not.length > 0) {
          yield {
            ...base,
            why: `${list([...new Set(not)])} is no ZFS storage, and Proxmox replicates ZFS only.`,
            remedy: "Move its disks to a ZFS storage.",
          };
        }
      }
    }
  },
};

export const availability: readonly Rule[] = [localDisks, notManaged, passthrough, drainUnknown, replicationTarget];
