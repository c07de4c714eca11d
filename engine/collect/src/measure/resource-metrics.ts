import type { Row } from "@orrery/state";
import { LabelSet, type MetricSamples, type Metrics, StateSet } from "@orrery/telemetry";
import { numberOf, textOf } from "../answers.ts";
import * as pve from "./pve-families.ts";

const infoOf = (row: Row, labels: readonly string[]): string[] =>
  labels.map((label) => {
    const text = textOf(row, label) ?? "";
    // Proxmox lists contents in any order, and another order would be another series.
    return label === "content" ? text.split(",").toSorted().join(",") : text;
  });

const noValues: readonly string[] = [];

/** The labels of one row, as long as what they are made of stays: of thousands of rows few change between two pages. */
class RowText {
  readonly label: LabelSet;
  #ha: StateSet | undefined;
  #lock: StateSet | undefined;
  #info: LabelSet | undefined;

  constructor(id: string) {
    this.label = new LabelSet(["id"], [id]);
  }

  ha(states: readonly string[], state: string): StateSet {
    if (this.#ha?.held !== state) this.#ha = new StateSet(pve.haState.name, this.label, states, state);
    return this.#ha;
  }

  lock(lock: string): StateSet {
    if (this.#lock?.held !== lock) this.#lock = new StateSet(pve.lockState.name, this.label, pve.lockStates, lock);
    return this.#lock;
  }

  info(names: readonly string[], values: readonly string[]): LabelSet {
    const known = this.#info?.values ?? noValues;
    if (this.#info === undefined || values.some((value, index) => known[index] !== value))
      this.#info = new LabelSet(names, values);
    return this.#info;
  }
}

/** Texts of rows, kept from one page to the next. */
export class RowTexts {
  #rows = new Map<string, RowText>();
  #before = new Map<string, RowText>();

  of(id: string): RowText {
    let text = this.#rows.get(id);
    if (text !== undefined) return text;
    text = this.#before.get(id) ?? new RowText(id);
    this.#rows.set(id, text);
    return text;
  }

  /** A new page begins: what was not on the last two is forgotten. */
  turn(): void {
    this.#before = this.#rows;
    this.#rows = new Map();
  }
}

/** What the list of resources says: sizes, use, counters, states, of nodes, guests and storages. */
export const resourceMetrics = (page: Metrics, texts: RowTexts, resources: readonly Row[]): void => {
  const fields = pve.resourceFields.map(([key, family]): readonly [string, MetricSamples] => [key, page.of(family)]);
  const [up, ha, lock] = [page.of(pve.up), page.of(pve.haState), page.of(pve.lockState)];
  const [guests, storages] = [page.of(pve.guestInfo), page.of(pve.storageInfo)];
  for (const row of resources) {
    const [id, type] = [textOf(row, "id"), textOf(row, "type")];
    if (id === undefined || type === undefined) continue;
    const text = texts.of(id);
    const { label } = text;
    for (const [key, lines] of fields) {
      const value = row[key];
      if (value !== undefined) lines.add(label, typeof value === "number" ? value : numberOf(row, key));
    }
    const states = pve.haStates[type];
    if (states !== undefined) ha.states(text.ha(states, textOf(row, "hastate") ?? ""));
    const info = (lines: MetricSamples): void => {
      const { labels } = lines.family;
      lines.add(text.info(labels, infoOf(row, labels)), 1);
    };
    if (type === "qemu" || type === "lxc") {
      up.add(label, row.status === "running" ? 1 : 0);
      lock.states(text.lock(textOf(row, "lock") ?? ""));
      info(guests);
    } else if (type === "storage") {
      up.add(label, row.status === "available" ? 1 : 0);
      info(storages);
    }
  }
};
