import { keptValue, type Monitored, type Row } from "@orrery/state";
import type { Change } from "./alert-memory.ts";

type Place = { readonly subject: string; readonly status: string; readonly node: string };

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const placeOf = (row: Row): readonly [id: string, place: Place] | undefined => {
  const id = text(row.id);
  if (row.type === "node") return [id, { subject: `node ${text(row.node)}`, status: text(row.status), node: "" }];
  if (row.type !== "qemu" && row.type !== "lxc") return undefined;
  return [id, { subject: `guest ${text(row.name) || id}`, status: text(row.status), node: text(row.node) }];
};

const titleOf = ({ subject, status, node }: Place, before: Place): string | undefined => {
  const name = subject.slice(subject.indexOf(" ") + 1);
  if (node !== before.node) return `${name} is on ${node}, no longer on ${before.node}`;
  return status === "" || status === before.status ? undefined : `${name} is ${status}, was ${before.status}`;
};

/** Tells from look to look what nodes and guests do. */
export class Changes {
  #places: ReadonlyMap<string, Place> | undefined;

  of({ at, cluster }: Monitored): readonly Change[] {
    const { resources } = cluster;
    const rows = resources.kind === "fresh" ? keptValue(resources) : undefined;
    if (rows === undefined) return [];
    const before = this.#places;
    const places = new Map(
      rows.flatMap((row) => {
        const placed = placeOf(row);
        return placed === undefined ? [] : [placed];
      }),
    );
    this.#places = places;
    if (before === undefined) return [];
    const changes: Change[] = [];
    for (const [id, place] of places) {
      const known = before.get(id);
      const title = known === undefined ? `${place.subject} is new` : titleOf(place, known);
      if (title !== undefined) changes.push({ at, subject: place.subject, title });
    }
    for (const [id, { subject }] of before)
      if (!places.has(id)) changes.push({ at, subject, title: `${subject} is gone` });
    return changes;
  }
}
