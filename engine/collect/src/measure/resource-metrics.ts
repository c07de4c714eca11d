import type { Row } from "@orrery/state";
import { type FamilyLines, labelText, type MetricsPage } from "@orrery/telemetry";
import { numberOf, textOf } from "../answers.ts";
import * as pve from "./pve-families.ts";

/** What is the same in the line of a state of every guest: `,state="started"} `. */
type StateEnds = readonly { readonly state: string; readonly end: string }[];

const endsOf = (states: readonly string[]): StateEnds =>
  states.map((state) => ({ state, end: `,${labelText(["state"], [state])}} ` }));

const haEnds: Readonly<Record<string, StateEnds>> = Object.fromEntries(
  Object.entries(pve.haStates).map(([type, states]) => [type, endsOf(states)]),
);
const lockEnds = endsOf(pve.lockStates);

/** The block of a state metric: a line for each state that there is, 1 for the one that it is in. */
const stateLines = (name: string, label: string, ends: StateEnds, held: string): string => {
  let lines = "";
  for (const { state, end } of ends) lines += `${name}{${label}${end}${state === held ? "1\n" : "0\n"}`;
  return lines;
};

const infoOf = (row: Row, labels: readonly string[]): string[] =>
  labels.map((label) => {
    const text = textOf(row, label) ?? "";
    // Proxmox lists contents in any order, and another order would be another series.
    return label === "content" ? text.split(",").toSorted().join(",") : text;
  });

/** The texts of one row, as long as what they are made of stays: of thousands of rows few change between two pages. */
class RowText {
  readonly label: string;
  #state: string | undefined;
  #ha = "";
  #lock: string | undefined;
  #locked = "";
  #values: readonly string[] = [];
  #info = "";

  constructor(id: string) {
    this.label = labelText(["id"], [id]);
  }

  ha(ends: StateEnds, state: string): string {
    if (this.#state !== state) {
      this.#state = state;
      this.#ha = stateLines(pve.haState.name, this.label, ends, state);
    }
    return this.#ha;
  }

  lock(lock: string): string {
    if (this.#lock !== lock) {
      this.#lock = lock;
      this.#locked = stateLines(pve.lockState.name, this.label, lockEnds, lock);
    }
    return this.#locked;
  }

  info(names: readonly string[], values: readonly string[]): string {
    if (values.some((value, index) => this.#values[index] !== value)) {
      this.#values = values;
      this.#info = labelText(names, values);
    }
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
export const resourceMetrics = (page: MetricsPage, texts: RowTexts, resources: readonly Row[]): void => {
  const fields = pve.resourceFields.map(([key, family]): readonly [string, FamilyLines] => [key, page.of(family)]);
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
    const ends = haEnds[type];
    if (ends !== undefined) ha.lines(text.ha(ends, textOf(row, "hastate") ?? ""));
    const info = (lines: FamilyLines): void => {
      const { labels } = lines.family;
      lines.add(text.info(labels, infoOf(row, labels)), 1);
    };
    if (type === "qemu" || type === "lxc") {
      up.add(label, row.status === "running" ? 1 : 0);
      lock.lines(text.lock(textOf(row, "lock") ?? ""));
      info(guests);
    } else if (type === "storage") {
      up.add(label, row.status === "available" ? 1 : 0);
      info(storages);
    }
  }
};
