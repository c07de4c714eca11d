import { contractOf, type PveVersion, type Schema } from "@orrery/contract";
import type { ProxmoxOptions } from "@orrery/model";
import type { FirewallRules, Row } from "@orrery/state";
import type { Change } from "../../compare/comparison.ts";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../../compare/object.ts";
import type { Properties, Value } from "../../compare/value.ts";
import type { Step } from "../../plan/step.ts";
import type { Kind, Planning } from "../kind.ts";
import { canonicalParameter } from "../parameter.ts";
import { conditionOf, differencesText, updateOf } from "../section.ts";
import { textOf } from "../text.ts";
import { callTo, sourcesOf } from "./calls.ts";
import { allPlaces } from "./declared-places.ts";
import { lockout } from "./lockout.ts";
import { allFiles, type Place, placeId, placeOf } from "./place.ts";

const paths: Readonly<Record<Place["at"], string>> = {
  cluster: "/cluster/firewall/options",
  node: "/nodes/{node}/firewall/options",
  guest: "/nodes/{node}/qemu/{vmid}/firewall/options",
};

/** What holds where nothing is said and the contract has no word of it, by the manual's chapter on the firewall. */
const usual: Readonly<Record<string, string>> = {
  policy_in: "DROP",
  policy_out: "ACCEPT",
  policy_forward: "ACCEPT",
  log_level_in: "nolog",
  log_level_out: "nolog",
  log_level_forward: "nolog",
  smurf_log_level: "nolog",
  tcp_flags_log_level: "nolog",
};

export const optionSchema = (contract: PveVersion, place: Place, key: string): Schema | undefined => {
  const schema = contractOf(contract).route("PUT", paths[place.at])?.params.properties[key];
  return schema === undefined || usual[key] === undefined ? schema : { ...schema, default: usual[key] };
};

const parts = new Set(["node", "vmid", "delete", "digest", "enable"]);

/** Whether it filters where nobody said: a node does as soon as the cluster does. */
const filters = (place: Place): string => (place.at === "node" ? "1" : "0");

/** Options in canonical form; whether it filters is always said. */
export const readFirewallOptions = (contract: PveVersion, place: Place, row: Row): Properties => {
  const said = textOf(row.enable);
  // The cluster takes a number, of which any but 0 says on.
  const found: [string, Value][] = [["enable", said === "" ? filters(place) : said === "0" ? "0" : "1"]];
  for (const [key, raw] of Object.entries(row)) {
    if (parts.has(key) || raw === null) continue;
    const one = canonicalParameter(optionSchema(contract, place, key), raw);
    if (one.kind === "value") found.push([key, one.value]);
    // A flag without a default of which nobody says what holds without it.
    else if (key === "nosmurfs") found.push([key, textOf(raw)]);
    else if (one.kind === "refused") found.push([key, typeof raw === "object" ? JSON.stringify(raw) : textOf(raw)]);
  }
  return Object.fromEntries(found);
};

const declaredOptions = (
  contract: PveVersion,
  place: Place,
  options: ProxmoxOptions,
): { properties: Properties; open: Record<string, string> } => {
  const properties: Record<string, Value> = {};
  const open: Record<string, string> = {};
  for (const [key, raw] of Object.entries(options)) {
    if (typeof raw === "object" && !Array.isArray(raw) && "kind" in raw) {
      open[key] = raw.kind === "unknown" && "why" in raw ? textOf(raw.why) : "a firewall has no secrets";
      continue;
    }
    if (parts.has(key)) {
      open[key] = `the declaration says it elsewhere, so that its options may not (${key})`;
      continue;
    }
    const one = canonicalParameter(optionSchema(contract, place, key), raw);
    if (one.kind === "refused") open[key] = `Proxmox VE ${contract} would refuse it: ${one.why}`;
    else if (one.kind === "value") properties[key] = one.value;
    else if (key === "nosmurfs") properties[key] = textOf(raw);
  }
  return { properties, open };
};

const placeName = (id: string): string => (id === "cluster" ? "the cluster" : `the ${id}`);

const needsOf = (place: Place, needs: readonly ObjectRef[]): ObjectRef[] => [
  ...needs,
  { kind: "firewall rules", id: placeId(place) },
  // A node filters when the cluster does, which waits for the rules of all.
  ...(place.at === "cluster" ? [] : []),
];

const optionSteps = (change: Change, planning: Planning): Step[] => {
  if (change.kind === "surplus") return [];
  const { declared } = change;
  const place = placeOf(declared.id);
  const seen: Properties =
    change.kind === "changed" ? change.observed.properties : readFirewallOptions(planning.contract, place, {});
  const differences =
    change.kind === "changed"
      ? change.properties
      : Object.entries(declared.properties)
          .filter(([key, value]) => value !== seen[key])
          .map(([property, value]) => ({ property, declared: value, observed: seen[property] }));
  if (differences.length === 0) return [];
  const danger = lockout(place, declared.properties, seen, planning);
  return [
    {
      verb: "change",
      title: `Change ${differences.map(({ property }) => property).join(", ")} of the firewall of ${placeName(declared.id)}`,
      because: [differencesText(differences), ...(danger.because === undefined ? [] : [danger.because])].join("; "),
      calls: callTo(
        place,
        {
          method: "PUT",
          path: "/options",
          parameters: updateOf(differences, declared.properties, (key) => optionSchema(planning.contract, place, key)),
        },
        planning,
      ),
      from: { kind: "present", properties: conditionOf(differences, "observed") },
      expects: { kind: "present", properties: conditionOf(differences, "declared") },
      risk: danger.risk,
      principal: "token",
    },
  ];
};

/** What the firewall of the cluster, a node or a guest is told beside its rules; above all whether it filters. */
export const firewallOptions: Kind = {
  noun: "firewall options",
  declared: (declaring) =>
    allPlaces(declaring).flatMap(({ place, said, path, needs, node }): DeclaredObject[] => {
      if (said.enabled === undefined && said.options === undefined) return [];
      const { properties, open } = declaredOptions(declaring.contract, place, said.options ?? {});
      const enable =
        said.enabled === undefined
          ? said.options === undefined
            ? {}
            : { enable: filters(place) }
          : { enable: said.enabled ? "1" : "0" };
      return [
        {
          kind: "firewall options",
          id: placeId(place),
          properties: { ...properties, ...enable },
          open,
          ...(said.options === undefined ? { rest: "its options are not declared" } : {}),
          path: [...path, "options"],
          needs: needsOf(place, needs),
          ...(node === undefined ? {} : { node }),
        },
      ];
    }),
  observed: (state) => {
    const { files, blind } = allFiles(state, "firewall options");
    const objects = files.map(
      ({
        place,
        node,
        at,
        file,
      }: {
        place: Place;
        node?: string;
        at: number;
        file: FirewallRules;
      }): ObservedObject => ({
        kind: "firewall options",
        id: placeId(place),
        properties: readFirewallOptions(state.contract, place, file.options),
        hidden: {},
        marked: false,
        // Every place has options, said or not.
        builtIn: true,
        at,
        needs: [],
        ...(node === undefined ? {} : { node }),
      }),
    );
    return { objects, blind };
  },
  sources: sourcesOf,
  steps: optionSteps,
};
