import type { Row } from "@orrery/state";
import { type FamilyLines, labelText, type MetricsPage, type TextCache } from "@orrery/telemetry";
import { numberOf, textOf } from "../answers.ts";
import * as pve from "./pve-families.ts";

/** The block of a state metric: a line for each state that there is, 1 for the one that it is in. */
const stateLines = (name: string, id: string, states: readonly string[], state: string): string =>
  states.map((one) => `${name}{${labelText(["id", "state"], [id, one])}} ${one === state ? 1 : 0}\n`).join("");

const infoOf = (row: Row, labels: readonly string[]): string[] =>
  labels.map((label) => {
    const text = textOf(row, label) ?? "";
    // Proxmox lists contents in any order, and another order would be another series.
    return label === "content" ? text.split(",").toSorted().join(",") : text;
  });

/** What the list of resources says: sizes, use, counters, states, of nodes, guests and storages. */
export const resourceMetrics = (page: MetricsPage, texts: TextCache, resources: readonly Row[]): void => {
  const fields = pve.resourceFields.map(([key, family]): readonly [string, FamilyLines] => [key, page.of(family)]);
  const [up, ha, lock] = [page.of(pve.up), page.of(pve.haState), page.of(pve.lockState)];
  const [guests, storages] = [page.of(pve.guestInfo), page.of(pve.storageInfo)];
  for (const row of resources) {
    const [id, type] = [textOf(row, "id"), textOf(row, "type")];
    if (id === undefined || type === undefined) continue;
    const label = texts.text(id, () => labelText(["id"], [id]));
    for (const [key, lines] of fields) {
      const value = row[key];
      if (value !== undefined) lines.add(label, typeof value === "number" ? value : numberOf(row, key));
    }
    const states = pve.haStates[type];
    if (states !== undefined) {
      const state = textOf(row, "hastate") ?? "";
      ha.lines(texts.text(`ha ${id} ${state}`, () => stateLines(pve.haState.name, id, states, state)));
    }
    const info = (lines: FamilyLines): void => {
      const values = infoOf(row, lines.family.labels);
      lines.add(
        texts.text(values.join("\u0000"), () => labelText(lines.family.labels, values)),
        1,
      );
    };
    if (type === "qemu" || type === "lxc") {
      up.add(label, row.status === "running" ? 1 : 0);
      const held = textOf(row, "lock") ?? "";
      lock.lines(texts.text(`lock ${id} ${held}`, () => stateLines(pve.lockState.name, id, pve.lockStates, held)));
      info(guests);
    } else if (type === "storage") {
      up.add(label, row.status === "available" ? 1 : 0);
      info(storages);
    }
  }
};
