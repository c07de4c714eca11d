import { type Checked, checkLab } from "@orrery/assurance";
import {
  type BackupPolicy,
  inventoryOf,
  isUnknown,
  known,
  type Lab,
  occurrences,
  recurrenceOf,
  refText,
} from "@orrery/model";
import type { Comparison } from "@orrery/plan";
import { against, coverageOf, type Figure, protectionOf, recoveryOf, type ScenarioRecovery } from "@orrery/protection";
import { keptValue, type Monitored, type Row } from "@orrery/state";
import { type Metrics, noLabels } from "@orrery/telemetry";
import { numberOf, textOf } from "../answers.ts";
import * as all from "./declared-families.ts";

/** Objective less figure, in seconds: of a bound only where it alone misses the objective, or keeps it. */
const marginOf = (figure: Figure | undefined, objective: number): number | undefined => {
  if (figure === undefined) return undefined;
  if (figure.kind === "known") return objective - figure.seconds;
  if (figure.kind !== "at least") return undefined;
  if (figure.seconds > objective) return objective - figure.seconds;
  return figure.atMost === undefined || against(figure, objective) !== "met" ? undefined : objective - figure.atMost;
};

/** How far to look for the next run: a yearly policy has one within it, over any leap day. */
const horizonMs = 400 * 86_400_000;

/** The first run after a moment; undefined where the schedule does not tell the hour. */
const nextRun = ({ schedule }: BackupPolicy, after: number): number | undefined => {
  const recurrence = recurrenceOf(schedule);
  if (isUnknown(recurrence)) return undefined;
  // A short look finds the next run of nearly every policy.
  for (const span of [8 * 86_400_000, horizonMs]) {
    const found = occurrences(recurrence, after + 1, after + span)[0];
    if (found !== undefined) return found;
  }
  return undefined;
};

const hourMs = 3_600_000;

/** What can be said of a declaration by itself. Plain JSON. */
export type Proof = { readonly checked: Checked; readonly recoveries: readonly ScenarioRecovery[] };

/** Proves a declaration as of a moment. Takes a while. */
export const proveLab = (lab: Lab, at: number): Proof => {
  const protection = protectionOf(inventoryOf(lab), at);
  return {
    checked: checkLab(lab, { at }),
    recoveries: lab.recovery.scenarios.map((scenario) => recoveryOf(protection, scenario)),
  };
};

type Held = { readonly id: string; readonly newest: number | undefined };

/** A declaration, and what it says of the cluster that is watched. */
export class Declared {
  readonly #lab: Lab;
  readonly #policies: readonly { readonly policy: BackupPolicy; readonly guests: ReadonlySet<string | number> }[];
  readonly #due = new Map<string, number | undefined>();
  #provenAt: number | undefined;
  #checked: Checked | undefined;
  #recoveries: readonly ScenarioRecovery[] = [];
  #drift: { readonly at: number; readonly comparison: Comparison } | undefined;

  constructor(lab: Lab) {
    this.#lab = lab;
    const { guestsOf } = coverageOf(inventoryOf(lab));
    this.#policies = [...guestsOf].map(([policy, guests]) => ({
      policy,
      guests: new Set(guests.map(({ name, id }) => known(id) ?? name)),
    }));
  }

  get lab(): Lab {
    return this.#lab;
  }

  /** Reviews and waivers age: a proof is good for an hour. */
  needsProof(at: number): boolean {
    return this.#provenAt === undefined || Math.abs(at - this.#provenAt) >= hourMs;
  }

  /** What was proven of the declaration as of a moment. */
  proven(at: number, { checked, recoveries }: Proof): void {
    this.#provenAt = at;
    this.#checked = checked;
    this.#recoveries = recoveries;
  }

  /** What differs between declaration and cluster, as of a moment. */
  compared(at: number, comparison: Comparison): void {
    this.#drift = { at, comparison };
  }

  measure(page: Metrics, seen: Monitored): void {
    if (this.#checked !== undefined) this.#verdicts(page, this.#checked);
    for (const recovery of this.#recoveries) recoveryMetrics(page, recovery);
    this.#freshness(page, seen);
    if (this.#drift !== undefined) driftMetrics(page, this.#drift.at, this.#drift.comparison);
  }

  #verdicts(page: Metrics, { findings, objectives }: Checked): void {
    const counts = new Map<string, number>();
    const waived = new Map<string, number>();
    for (const { rule, severity, verdict, waived: is } of findings) {
      const [of, key] = is === undefined ? [counts, `${rule} ${severity} ${verdict}`] : [waived, rule];
      of.set(key, (of.get(key) ?? 0) + 1);
    }
    for (const [key, count] of counts) page.of(all.findings).set(key.split(" "), count);
    for (const [rule, count] of waived) page.of(all.waived).set([rule], count);
    for (const { id, verdict } of objectives)
      for (const state of ["met", "missed", "unproven"] as const)
        page.of(all.objective).set([id, state], state === verdict ? 1 : 0);
  }

  /** Each guest's backups against the policies that are to make them. Guests that nobody declared have no policy. */
  #freshness(page: Metrics, seen: Monitored): void {
    const rows = (keptValue(seen.cluster.resources) ?? []).filter(
      (row) => (row.type === "qemu" || row.type === "lxc") && row.template !== 1,
    );
    for (const { policy, guests } of this.#policies) {
      const storage = refText(policy.target);
      const newest = newestOn(seen, storage);
      if (newest === undefined) continue;
      for (const row of rows) {
        const vmid = numberOf(row, "vmid") ?? -1;
        if (!guests.has(vmid) && !guests.has(textOf(row, "name") ?? "")) continue;
        this.#held(page, policy, storage, { id: textOf(row, "id") ?? "", newest: newest.get(vmid) }, seen.at);
      }
    }
  }

  #held(page: Metrics, policy: BackupPolicy, storage: string, { id, newest }: Held, at: number): void {
    const labels = [id, policy.id, storage];
    page.of(all.backupHeld).set(labels, newest === undefined ? 0 : 1);
    if (newest === undefined) return;
    const due = this.#dueAfter(policy, newest);
    if (due === undefined) return;
    page.of(all.backupDue).set(labels, due / 1000);
    const run = known(policy.runTime);
    page.of(all.backupMargin).set(labels, run === undefined ? undefined : due / 1000 + run - at / 1000);
  }

  /** Backups of one run differ by seconds, and each is looked at with every page. */
  #dueAfter(policy: BackupPolicy, newest: number): number | undefined {
    const key = `${policy.id} ${newest}`;
    if (!this.#due.has(key)) {
      if (this.#due.size > 100_000) this.#due.clear();
      this.#due.set(key, nextRun(policy, newest));
    }
    return this.#due.get(key);
  }
}

/** When the newest backup of each guest on a storage was begun, in epoch milliseconds; undefined where nobody knows. */
const newestOn = (seen: Monitored, storage: string): ReadonlyMap<number, number> | undefined => {
  const lists = Object.entries(seen.backups).filter(([key]) => key === storage || key.endsWith(`/${storage}`));
  const newest = new Map<number, number>();
  for (const [, kept] of lists) {
    const list = keptValue(kept);
    if (list === undefined) return undefined;
    for (const volume of list.volumes) noteNewest(newest, volume);
  }
  return lists.length === 0 ? undefined : newest;
};

const noteNewest = (newest: Map<number, number>, volume: Row): void => {
  const [vmid, ctime] = [numberOf(volume, "vmid"), numberOf(volume, "ctime")];
  if (vmid !== undefined && ctime !== undefined) newest.set(vmid, Math.max(newest.get(vmid) ?? 0, ctime * 1000));
};

const recoveryMetrics = (page: Metrics, { scenario, point, time }: ScenarioRecovery): void => {
  page.of(all.pointObjective).set([scenario.id], scenario.rpo);
  page.of(all.pointMargin).set([scenario.id], marginOf(point, scenario.rpo));
  page.of(all.timeObjective).set([scenario.id], scenario.rto);
  page.of(all.timeMargin).set([scenario.id], marginOf(time, scenario.rto));
};

const driftMetrics = (page: Metrics, at: number, { changes, undecided }: Comparison): void => {
  for (const kind of ["missing", "changed", "surplus"] as const)
    page.of(all.driftChanges).set([kind], changes.filter((change) => change.kind === kind).length);
  const counts = new Map<string, number>();
  for (const change of changes) {
    const { kind } = change.kind === "surplus" ? change.observed : change.declared;
    const key = `${kind}\n${change.kind}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [key, count] of counts) page.of(all.driftObjects).set(key.split("\n"), count);
  page.of(all.driftUndecided).add(noLabels, undecided.length);
  page.of(all.driftAt).add(noLabels, at / 1000);
};
