import { type Config, keptValue, type Monitored, type Row, valueIn, type WatchedGuest } from "@orrery/state";
import type { LabelSet, Metrics } from "@orrery/telemetry";
import { firstWord, numberOf, textOf } from "../answers.ts";
import * as all from "./further-families.ts";
import type { RowTexts } from "./resource-metrics.ts";

const tagsOf = (row: Row): string[] => (textOf(row, "tags") ?? "").split(/[;,\s]+/).filter(Boolean);

const firstOf = (config: Config, key: string): string => firstWord(config[key]);

const configMetrics = (page: Metrics, id: string, label: LabelSet, isVm: boolean, config: Config): void => {
  const keys = ["ostype", "machine", "bios", "cpu", "scsihw"].map((key) => firstOf(config, key));
  page.of(all.guestConfig).set([id, ...keys], 1);
  page.of(all.guestProtected).add(label, numberOf(config, "protection") ?? 0);
  if (isVm) page.of(all.guestAgent).add(label, firstOf(config, "agent") === "1" ? 1 : 0);
};

/** When the oldest snapshot was taken, in epoch seconds; undefined where there is none, or not all are known. */
const oldestOf = ({ snapshots }: WatchedGuest): number | undefined => {
  const times = valueIn(snapshots)?.map(({ config }) => numberOf(valueIn(config) ?? {}, "snaptime"));
  return times === undefined || times.length === 0 || times.includes(undefined)
    ? undefined
    : Math.min(...times.filter((time) => time !== undefined));
};

type Backups = { count: number; readonly newest: Map<string, Row> };

const verified = (row: Row): number | undefined => {
  const { verification } = row;
  if (typeof verification !== "object" || verification === null || !("state" in verification)) return undefined;
  return verification.state === "ok" ? 1 : 0;
};

/** Backups by guest and storage. Backups of guests that are gone are counted, and no more: nobody waits for the next. */
const backupsOf = (page: Metrics, { backups }: Monitored, there: ReadonlySet<string>): ReadonlyMap<string, Backups> => {
  const found = new Map<string, Backups>();
  for (const [place, kept] of Object.entries(backups)) {
    const list = keptValue(kept);
    if (list === undefined) continue;
    let orphans = 0;
    for (const volume of list.volumes) {
      const vmid = textOf(volume, "vmid") ?? "";
      if (!there.has(vmid)) {
        orphans += 1;
        continue;
      }
      const of = found.get(vmid) ?? { count: 0, newest: new Map<string, Row>() };
      found.set(vmid, of);
      of.count += 1;
      const before = of.newest.get(place);
      if (before === undefined || (numberOf(before, "ctime") ?? 0) < (numberOf(volume, "ctime") ?? 0))
        of.newest.set(place, volume);
    }
    page.of(all.backupOrphans).set([place], orphans);
  }
  return found;
};

/** What prometheus-pve-exporter does not tell of guests, as far as it is known. */
export const guestFurther = (page: Metrics, texts: RowTexts, seen: Monitored): void => {
  const rows = (keptValue(seen.cluster.resources) ?? []).filter(({ type }) => type === "qemu" || type === "lxc");
  const backups = backupsOf(page, seen, new Set(rows.map((row) => textOf(row, "vmid") ?? "")));
  const lists = Object.values(seen.backups);
  const allKnown = lists.length > 0 && lists.every((kept) => keptValue(kept) !== undefined);
  for (const row of rows) {
    const [id, vmid] = [textOf(row, "id") ?? "", textOf(row, "vmid") ?? ""];
    const label = texts.of(id).label;
    for (const tag of tagsOf(row)) page.of(all.guestTag).set([id, tag], 1);
    const pool = textOf(row, "pool");
    if (pool !== undefined) page.of(all.guestPool).set([id, pool], 1);
    page.of(all.guestHostMemory).add(label, numberOf(row, "memhost"));
    const guest = keptValue(seen.guests[vmid]);
    if (guest !== undefined) {
      configMetrics(page, id, label, row.type === "qemu", guest.file.config);
      page.of(all.snapshotOldest).add(label, oldestOf(guest));
    }
    const answers = keptValue(seen.agents[vmid]);
    page.of(all.guestAgentUp).add(label, answers === undefined ? undefined : Number(answers));
    const own = backups.get(vmid);
    if (allKnown) page.of(all.backupCount).add(label, own?.count ?? 0);
    for (const [place, volume] of own?.newest ?? []) {
      page.of(all.backupLast).set([id, place], numberOf(volume, "ctime"));
      page.of(all.backupSize).set([id, place], numberOf(volume, "size"));
      page.of(all.backupVerified).set([id, place], verified(volume));
    }
  }
};
