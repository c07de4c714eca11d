import { type Checked, checkLab } from "@orrery/assurance";
import tidy from "@orrery/example-tidy-lab";
import { isUnknown, parseLab, unknown } from "@orrery/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Keys = readonly string[];

const at = Date.UTC(2026, 11, 1);
const nobody = { ...unknown("nobody measured it") };
const isObject = (value: Json | undefined): value is Json[] | { [key: string]: Json } =>
  typeof value === "object" && value !== null;
const read = (lab: Json, path: Keys): Json | undefined =>
  path.reduce<Json | undefined>((within, key) => (isObject(within) ? Reflect.get(within, key) : undefined), lab);
/** A copy of a lab with some places changed. */
const changed = (lab: Json, changes: readonly (readonly [path: Keys, value: Json])[]): Json => {
  const copy: Json = structuredClone(lab);
  for (const [path, value] of changes) {
    const within = read(copy, path.slice(0, -1));
    if (isObject(within)) Reflect.set(within, path.at(-1) ?? "", structuredClone(value));
  }
  return copy;
};
const base: Json = JSON.parse(JSON.stringify(tidy));
const check = (raw: Json): Checked | undefined => {
  const parsed = parseLab(raw);
  return parsed.kind === "lab" ? checkLab(parsed.lab, { at }) : undefined;
};

const places = (value: Json, path: Keys = []): Keys[] =>
  isObject(value) ? [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))] : [path];
/** Where the schema takes an unknown, whatever else the lab needs. */
const measurable = places(base).filter((path) => {
  if (path.length === 0) return false;
  const parsed = parseLab(changed(base, [[path, nobody]]));
  return (
    parsed.kind === "lab" || parsed.problems.every((problem) => !problem.path.join("/").startsWith(path.join("/")))
  );
});

const zone = "Europe/Berlin";
const changes: readonly (readonly [string, readonly Json[]])[] = [
  ["guests.items.0.memory", ["40 GiB", "60 GiB"]],
  ["guests.items.2.memory", ["24 GiB", "50 GiB"]],
  ["guests.items.2.replication", [[]]],
  ["guests.items.3.replication", [[]]],
  ["guests.items.2.disks.0.size", ["1500 GiB", "2100 GiB"]],
  ["guests.items.2.disks.0.used", ["190 GiB"]],
  ["guests.items.2.bootTime", ["30 min", "5 h"]],
  ["guests.items.1.state", ["stopped"]],
  ["guests.items.4.onDrain", ["stop"]],
  ["recovery.scenarios.0.rto", ["10 min", "12 min", "30 min"]],
  ["recovery.scenarios.0.rpo", ["25 h", "26 h"]],
  ["recovery.scenarios.1.rto", ["5 min", "11 min", "12 h"]],
  ["recovery.scenarios.1.rpo", ["15 min", "20 min", "30 min"]],
  ["recovery.scenarios.2.rpo", ["25 h"]],
  ["recovery.scenarios.3.rto", ["12 h", "24 h", "30 h"]],
  ["recovery.scenarios.3.rpo", ["25 h", "26 h"]],
  ["backup.policies.0.runTime", ["1 min", "2 h", "30 h"]],
  [
    "backup.policies.0.schedule",
    [
      { every: "day", at: "07:30", zone },
      { every: "week", on: "Sunday", at: "01:00", zone },
    ],
  ],
  ["backup.policies.0.retention", [{ for: "25 h" }, { for: "48 h" }, { daily: 7 }]],
  ["backup.policies.0.offsite.0.upload", ["1 min", "12 h"]],
  ["service.detection", ["1 min", "1 h", "30 h"]],
  ["service.hours.support", [{ days: ["Monday", "Friday"], from: "08:00", to: "17:00", zone }]],
  ["service.hours.maintenance.0.duration", ["30 min", "42 min", "43 min"]],
  ["maintenance.procedures.0.duration", ["30 min", "5 h"]],
  ["cluster.nodes.pve1.memoryReserve", ["20 GiB", "50 GiB"]],
  ["cluster.nodes.pve2.updateTime", ["1 min", "4 h"]],
  ["cluster.nodes.pve3.bridges.vmbr0.vlans", [[10]]],
  ["network.firewalls.fw2.routes", [[10]]],
  ["network.lags.interconnect.vlans", [[10]]],
  ["storage.items.local-zfs.capacity", ["50 GB", "300 GB"]],
  ["storage.items.pbs.capacity", ["50 GB", "1 TB"]],
  ["storage.items.pbs.read", ["1 MB/s", "20 MB/s"]],
  [
    "storage.items.pbs.home",
    [
      { on: "node", node: "pve2", disks: ["nvme"] },
      { on: "guest", guest: "mon1", storage: "local-zfs" },
    ],
  ],
  ["storage.items.offsite.storageClass", ["DEEP_ARCHIVE"]],
  ["storage.items.offsite.retrieval", ["12 h", "48 h"]],
];

const someChanges = fc
  .subarray([...changes], { maxLength: 5 })
  .chain((some) =>
    fc.tuple(
      ...some.map(([path, values]) =>
        fc.constantFrom(...values).map((value): [Keys, Json] => [path.split("."), value]),
      ),
    ),
  );

/** What a reader is left with where less is known. */
const mayBecome = {
  met: ["met", "unproven"],
  missed: ["missed", "unproven"],
  unproven: ["unproven"],
} as const;

/** Rules about a value itself: where nobody knows it, there is nothing to compare, or another rule says so. */
const aboutTheValue: ReadonlySet<string> = new Set([
  "addresses/outside-vlan",
  "addresses/duplicate",
  "offsite/unencrypted",
]);

describe("a number that becomes unknown", () => {
  it("can be one of many in the tidy lab", () => {
    expect(measurable.length).toBeGreaterThan(100);
  });

  it("never makes an objective met that was not, nor missed that was met, and silences no rule", () => {
    fc.assert(
      fc.property(someChanges, fc.constantFrom(...measurable), (some, path) => {
        const lab = changed(base, some);
        const value = read(lab, path);
        const known = check(lab);
        const less = check(changed(lab, [[path, nobody]]));
        if (value === undefined || isUnknown(value) || known === undefined || less === undefined) return;
        for (const { id, verdict } of less.objectives) {
          const before = known.objectives.find((objective) => objective.id === id);
          if (before !== undefined)
            expect(mayBecome[before.verdict], `${id} without ${path.join(".")}`).toContain(verdict);
        }
        const speaking = new Set(less.findings.map(({ rule }) => rule));
        for (const { rule } of known.findings)
          if (!aboutTheValue.has(rule)) expect(speaking, `${rule} without ${path.join(".")}`).toContain(rule);
      }),
      { numRuns: 120 },
    );
  });
});
