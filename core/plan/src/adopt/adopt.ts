import { type LabInput, unknown } from "@orrery/model";
import { type ClusterState, valueIn } from "@orrery/state";
import type { Mark } from "../compare/mark.ts";
import { adoptions } from "./areas.ts";
import type { LabFragment } from "./fragment.ts";
import { adoptNodes } from "./nodes.ts";

type Data = string | number | boolean | undefined | readonly Data[] | { readonly [key: string]: Data };
type DataRecord = { readonly [key: string]: Data };

const isRecord = (value: Data): value is DataRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What tells things of a list apart: guests may share a name, and never an id. */
const identityOf = (item: Data): string | undefined => {
  if (!isRecord(item)) return undefined;
  if (typeof item.id === "number") return `id ${item.id}`;
  return typeof item.name === "string" ? `name ${item.name}` : undefined;
};

/** Things of a list that are one thing, of which each area told a part. */
const listed = (items: readonly Data[], path: string): Data => {
  const found = new Map<string, Data>();
  for (const [index, item] of items.entries()) {
    const name = identityOf(item) ?? `item ${index}`;
    found.set(name, overlaid(found.get(name), item, `${path}/${name}`));
  }
  return [...found.values()];
};

/** Lays one fragment over another: records key by key, lists one after the other. Throws where both give one value. */
const overlaid = (one: Data, other: Data, path: string): Data => {
  if (one === undefined || JSON.stringify(one) === JSON.stringify(other)) return other;
  if (other === undefined) return one;
  if (isRecord(one) && isRecord(other) && one.kind !== "unknown" && other.kind !== "unknown") {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return Object.fromEntries([...keys].map((key) => [key, overlaid(one[key], other[key], `${path}/${key}`)]));
  }
  if (Array.isArray(one) && Array.isArray(other)) return listed([...one, ...other], path);
  throw new Error(`Two areas give ${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
};

/** What no cluster can tell of the service that it is run for. */
const unstated = (name: string): LabFragment => {
  const service = unknown("the cluster does not know what service it is run for");
  const hours = unknown("the cluster does not know when it has to be there");
  return {
    service: {
      id: name,
      name,
      type: service,
      category: service,
      criticality: service,
      owner: unknown("the cluster does not know whose it is"),
      hours: {
        service: hours,
        support: unknown("the cluster does not know when somebody is on duty"),
        maintenance: [],
      },
      detection: unknown("nobody has stated how soon a failure is acted upon"),
    },
    network: { vlans: {}, switches: {} },
    storage: { items: {} },
    guests: { items: [] },
    maintenance: { procedures: [] },
    monitoring: { thresholds: [] },
    controls: { items: [] },
    backup: { policies: [] },
    recovery: { scenarios: [] },
  };
};

/**
 * The declaration of a cluster as it was observed: what its plan against that very state would be empty for. What the
 * API does not tell is `unknown`; secrets are named by where they are to be read from.
 *
 * @param mark taken off comments and tags: what bears it stays owned
 */
export const adopt = (state: ClusterState, mark: Mark): LabInput => {
  const name = valueIn(state.membership)?.cluster?.name ?? Object.keys(state.nodes)[0] ?? "cluster";
  const fragments = [unstated(name), adoptNodes(state, name), ...adoptions.map((area) => area(state, mark))];
  const whole = fragments.reduce<Data>((sum, fragment) => overlaid(sum, fragment, ""), undefined);
  // Each fragment is a part of a LabInput; whether they make up a whole one is for `parseLab` to say.
  return whole as LabInput;
};
