import {
  type BackupPolicy,
  formatBytes,
  type Guest,
  type Interval,
  type Inventory,
  isUnknown,
  known,
  type Path,
  type Retention,
  refText,
  type Storage,
} from "@orrery/model";
import { coverageOf } from "./coverage.ts";
import { distinct, type Span, spanOf, type Term } from "./figure.ts";
import { type Home, homeComponents } from "./home.ts";
import type { CopyStream } from "./recovery-point.ts";
import { type Runs, runsOf } from "./runs.ts";

/** Where a policy's runs end up: in its target, or in one of the offsite copies made from there. */
export type Copy = {
  readonly policy: BackupPolicy;
  readonly kind: "target" | "offsite";
  /** The storage's name as the declaration writes it. */
  readonly to: string;
  /** Undefined where nothing of that name is declared. */
  readonly storage: Storage | undefined;
  readonly home: Home;
  readonly retention: Retention;
  /** Where the declaration says it. */
  readonly path: Path;
  readonly stream: CopyStream;
};

/** Bytes of some guests that a full copy holds: what they use, at most what they were given; disks left out are not counted. */
export const bytesOf = (guests: readonly Guest[]): { least: number; most: number; missing: readonly string[] } => {
  let least = 0;
  let most = 0;
  const missing = new Set<string>();
  for (const guest of guests) {
    for (const disk of guest.disks) {
      if (!disk.backup) continue;
      const used = known(disk.used);
      least += used ?? 0;
      most += used ?? disk.size;
      if (isUnknown(disk.used)) missing.add(disk.used.why);
    }
  }
  return { least, most, missing: [...missing] };
};

/**
 * The upload of one copy: as measured; where nothing is said, at most all bytes at the speed of the uplink and of what
 * takes them (changed blocks alone are fewer). What is said to be unknown has no bound: other things may hold it up.
 */
const uploadOf = (
  inventory: Inventory,
  storage: Storage | undefined,
  guests: readonly Guest[],
  declared: unknown,
): Span => {
  if (typeof declared === "number") return spanOf(declared);
  const why = isUnknown(declared) ? declared.why : "how long the upload of one copy takes is not declared";
  if (storage?.home.on !== "cloud" || isUnknown(declared)) return { least: 0, missing: [why] };
  const up = inventory.lab.network.uplinks[storage.home.uplink]?.up;
  const { write } = storage;
  const unknowns = [up, write].flatMap((rate) => (isUnknown(rate) ? [rate.why] : []));
  if (typeof up !== "number" || typeof write !== "number") return { least: 0, missing: distinct([why, ...unknowns]) };
  const { most } = bytesOf(guests);
  const slowest = Math.max((most * 8) / up, most / write);
  return { least: 0, most: slowest, missing: [`${why}; all ${formatBytes(most)} would be the most`] };
};

const keepsOf = (retention: Retention): { keeps?: number } => ("for" in retention ? { keeps: retention.for } : {});

/** Every copy that the declaration makes, in declared order: each policy's target, then its offsite copies. */
export const copiesOf = (inventory: Inventory, period: Interval): readonly Copy[] => {
  const coverage = coverageOf(inventory);
  return inventory.lab.backup.policies.flatMap((policy, index): Copy[] => {
    const runs: Runs = runsOf(policy.schedule, period.start, period.end);
    const run: Term = { label: "run", span: spanOf(policy.runTime) };
    const copy = (
      kind: Copy["kind"],
      ref: BackupPolicy["target"],
      retention: Retention,
      delay: Term[],
      path: Path,
    ): Copy => {
      const to = refText(ref);
      return {
        policy,
        kind,
        to,
        storage: inventory.storageOf(ref),
        home: homeComponents(inventory, ref),
        retention,
        path: ["backup", "policies", index, ...path],
        stream: { name: `${policy.id} on ${to}`, runs, delay, ...keepsOf(retention) },
      };
    };
    const guests = coverage.guestsOf.get(policy) ?? [];
    return [
      copy("target", policy.target, policy.retention, [run], ["target"]),
      ...policy.offsite.map((offsite, at) => {
        const upload = uploadOf(inventory, inventory.storageOf(offsite.to), guests, offsite.upload);
        const delay = [run, { label: "upload", span: upload }];
        return copy("offsite", offsite.to, offsite.retention ?? policy.retention, delay, ["offsite", at]);
      }),
    ];
  });
};
