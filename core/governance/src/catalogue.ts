import cis71 from "./catalogues/cis-7.1.json" with { type: "json" };
import cis81 from "./catalogues/cis-8.1.json" with { type: "json" };
import iso2013 from "./catalogues/iso-27001-2013.json" with { type: "json" };
import iso2022 from "./catalogues/iso-27001-2022.json" with { type: "json" };
import nist from "./catalogues/nist-800-53-r5.json" with { type: "json" };

/** The catalogues shipped, older edition before newer. */
export const catalogueIds = ["cis-7.1", "cis-8.1", "nist-800-53-r5", "iso-27001-2013", "iso-27001-2022"] as const;
export type CatalogueId = (typeof catalogueIds)[number];

/** `into` names controls, enhancements (`AU-5(5)`) or a whole family (`SR`); it is empty where nothing took over. */
export type ControlStatus =
  | { readonly kind: "current" }
  | { readonly kind: "withdrawn"; readonly into: readonly string[] };

/** What only CIS v8.1 says of its safeguards. A group holds the safeguards of the groups below it too. */
export interface Safeguard {
  readonly assetClass: string;
  readonly securityFunction: string;
  /** The lowest implementation group that holds the safeguard: 1, 2 or 3. */
  readonly implementationGroup: number;
}

export interface Control {
  readonly catalogue: CatalogueId;
  /** As the catalogue writes it: `8.2`, `CP-9`, `A.12.3.1` (2013), `8.13` (2022). */
  readonly id: string;
  /** Id of the section that holds it: `8`, `CP`, `A.12`. */
  readonly section: string;
  readonly title: string;
  readonly status: ControlStatus;
  readonly safeguard?: Safeguard;
}

/** A CIS control, a NIST family, an ISO clause or theme. */
export interface Section {
  readonly id: string;
  readonly title: string;
}

export interface Catalogue {
  readonly id: CatalogueId;
  /** `NIST SP 800-53`. */
  readonly name: string;
  /** `Revision 5`. */
  readonly edition: string;
  readonly sections: readonly Section[];
  /** In the catalogue's own order. */
  readonly controls: readonly Control[];
}

export interface Supersession {
  readonly by: CatalogueId;
  /** When the newer edition was published: `2022-10-25` or, where only the month is known, `2024-06`. */
  readonly published: string;
  /** The last day on which the older edition could be certified against, where the publisher set one. */
  readonly transitionEnds?: string;
}

interface RawControl {
  readonly id: string;
  readonly section: string;
  readonly title: string;
  readonly withdrawnInto?: readonly string[] | undefined;
  readonly assetClass?: string;
  readonly securityFunction?: string;
  readonly implementationGroup?: number;
}

interface RawCatalogue {
  readonly name: string;
  readonly edition: string;
  readonly sections: readonly Section[];
  readonly controls: readonly RawControl[];
}

const files: Record<CatalogueId, RawCatalogue> = {
  "cis-7.1": cis71,
  "cis-8.1": cis81,
  "nist-800-53-r5": nist,
  "iso-27001-2013": iso2013,
  "iso-27001-2022": iso2022,
};

const supersessions: Partial<Record<CatalogueId, Supersession>> = {
  "cis-7.1": { by: "cis-8.1", published: "2024-06" },
  "iso-27001-2013": { by: "iso-27001-2022", published: "2022-10-25", transitionEnds: "2025-10-31" },
};

const catalogues = new Map<CatalogueId, Catalogue>();
const indexes = new Map<CatalogueId, ReadonlyMap<string, Control>>();

/** One catalogue, built from its file when it is first asked for. */
export function catalogueOf(id: CatalogueId): Catalogue {
  let catalogue = catalogues.get(id);
  if (catalogue === undefined) {
    const { name, edition, sections, controls } = files[id];
    catalogue = { id, name, edition, sections, controls: controls.map((raw) => controlFrom(id, raw)) };
    catalogues.set(id, catalogue);
  }
  return catalogue;
}

/** The control of that exact id (see `parseControlRef` for what people write), or undefined. */
export function findControl(catalogue: CatalogueId, id: string): Control | undefined {
  let index = indexes.get(catalogue);
  if (index === undefined) {
    index = new Map(catalogueOf(catalogue).controls.map((control) => [control.id, control]));
    indexes.set(catalogue, index);
  }
  return index.get(id);
}

/** The newer edition that took the catalogue's place, or undefined while it is the newest. */
export function supersededBy(catalogue: CatalogueId): Supersession | undefined {
  return supersessions[catalogue];
}

function controlFrom(catalogue: CatalogueId, raw: RawControl): Control {
  const { id, section, title, withdrawnInto, assetClass, securityFunction, implementationGroup } = raw;
  const status: ControlStatus =
    withdrawnInto === undefined ? { kind: "current" } : { kind: "withdrawn", into: withdrawnInto };
  const control = { catalogue, id, section, title, status };
  if (assetClass === undefined || securityFunction === undefined || implementationGroup === undefined) return control;
  return { ...control, safeguard: { assetClass, securityFunction, implementationGroup } };
}
