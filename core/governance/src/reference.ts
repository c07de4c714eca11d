import { type CatalogueId, catalogueIds, catalogueOf, findControl } from "./catalogue.ts";
import { nearestIds } from "./nearest.ts";
import { type Reading, readId } from "./notation.ts";

/** A control by its catalogue and its id there. */
export interface Named {
  readonly catalogue: CatalogueId;
  readonly id: string;
}

export interface ControlRef extends Named {
  readonly kind: "control";
  /** The number of a NIST enhancement: 1 of `AC-2(1)`. Enhancements are not catalogued, so it is not checked. */
  readonly enhancement?: number;
  /** The title that stood behind the id. */
  readonly title?: string;
}

/**
 * `unreadable`: no id of any catalogue is written so. `ambiguous`: several catalogues could be meant.
 * `unknown catalogue`: an edition that is not shipped. `whole section`: a CIS control, family, clause or objective,
 * which holds several controls. `unknown control`: the catalogue has no such id.
 */
export interface ControlRefProblem {
  readonly kind: "unreadable" | "ambiguous" | "unknown catalogue" | "whole section" | "unknown control";
  readonly message: string;
  /** The ids that were likely meant, nearest first; all that a section holds. */
  readonly nearest: readonly Named[];
}

/**
 * Reads a reference to a control as people write it: `CIS.8.2`, `CIS v8 8.2`, `NIST AU-4`, `CP-09`, `AC-2(1)`,
 * `A.12.3.1`, `ISO 27001:2022 8.13`, each with or without a title behind it.
 * `assume` is the catalogue meant where the text names no edition; without it CIS is read as v8.1 (v8 has the same
 * ids) and ISO by its shape: three numbers are of 2013, two are of 2022.
 */
export function parseControlRef(text: string, assume?: CatalogueId): ControlRef | ControlRefProblem {
  const reading = readId(text.trim(), assume);
  switch (reading.kind) {
    case "unreadable":
      return problem("unreadable", `"${text}" is no reference to a control of a known catalogue.`, []);
    case "bare":
      return ambiguous(text, reading.id);
    case "unknown edition":
      return problem(
        "unknown catalogue",
        `"${text}" names ${reading.edition}, which is not among the catalogues known here.`,
        reading.instead.filter(({ catalogue, id }) => findControl(catalogue, id) !== undefined),
      );
    case "id":
      return resolve(text, reading);
  }
}

function resolve(text: string, reading: Reading): ControlRef | ControlRefProblem {
  const { catalogue, id, enhancement, title } = reading;
  if (findControl(catalogue, id) !== undefined) {
    return {
      kind: "control",
      catalogue,
      id,
      ...(enhancement === undefined ? {} : { enhancement }),
      ...(title === undefined ? {} : { title }),
    };
  }
  for (const section of [{ catalogue, id }, ...reading.otherwise]) {
    const held = heldBy(section);
    if (held.length > 0) return problem("whole section", `"${text}" names a whole section, not a control.`, held);
  }
  const { name, edition } = catalogueOf(catalogue);
  const elsewhere = reading.otherwise.filter((other) => findControl(other.catalogue, other.id) !== undefined);
  const [other] = elsewhere;
  const where = other === undefined ? "" : ` ${editionOf(other.catalogue)} has ${other.id}.`;
  const nearest = nearestIds(catalogue, id).map((near) => ({ catalogue, id: near }));
  return problem("unknown control", `${name} (${edition}) has no ${id}.${where}`, [...elsewhere, ...nearest]);
}

function ambiguous(text: string, id: string): ControlRefProblem {
  const nearest = catalogueIds
    .map((catalogue) => ({ catalogue, id }))
    .filter((named) => findControl(named.catalogue, named.id) !== undefined);
  if (nearest.length === 0) return problem("unreadable", `"${text}" is no control of a known catalogue.`, []);
  return problem("ambiguous", `"${text}" does not say of which catalogue it is.`, nearest);
}

/** The controls of a section, or of an objective of ISO 2013 (`A.12.4`), which stands between clause and control. */
function heldBy({ catalogue, id }: Named): readonly Named[] {
  return catalogueOf(catalogue)
    .controls.filter((control) => control.section === id || control.id.startsWith(`${id}.`))
    .map((control) => ({ catalogue, id: control.id }));
}

function editionOf(catalogue: CatalogueId): string {
  const { name, edition } = catalogueOf(catalogue);
  return `${name} (${edition})`;
}

function problem(kind: ControlRefProblem["kind"], message: string, nearest: readonly Named[]): ControlRefProblem {
  return { kind, message, nearest };
}
