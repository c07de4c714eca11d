import type { PveVersion } from "@orrery/contract";
import type { FirewallRules, Row } from "@orrery/state";
import type { Change } from "../../compare/comparison.ts";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../../compare/object.ts";
import type { Properties } from "../../compare/value.ts";
import type { Step } from "../../plan/step.ts";
import { declaredOptions } from "../declared-options.ts";
import type { Declaring, Kind, Planning } from "../kind.ts";
import { type OptionHint, type OptionTable, optionTables, seenOptions } from "../option.ts";
import { conditionOf, differencesText, updateOf } from "../section.ts";
import { textOf } from "../text.ts";
import { callTo, sourcesOf } from "./calls.ts";
import { allPlaces } from "./declared-places.ts";
import { lockout } from "./lockout.ts";
import { allFiles, type Place, placeId, placeOf } from "./place.ts";

/** What holds where nothing is said and the contract has no word of it, by the manual's chapter on the firewall. */
const hints: Readonly<Record<string, OptionHint>> = {
  policy_in: { usual: "DROP" },
  policy_out: { usual: "ACCEPT" },
  policy_forward: { usual: "ACCEPT" },
  log_level_in: { usual: "nolog" },
  log_level_out: { usual: "nolog" },
  log_level_forward: { usual: "nolog" },
  smurf_log_level: { usual: "nolog" },
  tcp_flags_log_level: { usual: "nolog" },
  // The manual says no more of it than the contract.
  nosmurfs: { usual: { kind: "unknown" } },
};

/** Said of a place by the declaration itself, or no option at all. */
const own: ReadonlySet<string> = new Set(["node", "vmid", "delete", "digest", "enable"]);

const tableAt = (path: string) => optionTables(["PUT", path], { without: ["node", "vmid"], hints });

const tables = {
  cluster: tableAt("/cluster/firewall/options"),
  node: tableAt("/nodes/{node}/firewall/options"),
  guest: tableAt("/nodes/{node}/qemu/{vmid}/firewall/options"),
} as const;

/** The options of a place's firewall. */
export const firewallTable = (contract: PveVersion, { at }: Place): OptionTable => tables[at](contract);

/** Whether it filters where nobody said: a node does as soon as the cluster does. */
const filters = (place: Place): string => (place.at === "node" ? "1" : "0");

/** Options in canonical form; whether it filters is always said. */
export const readFirewallOptions = (contract: PveVersion, place: Place, row: Row): Properties => {
  const said = textOf(row.enable);
  const options = Object.fromEntries(Object.entries(row).filter(([key]) => !own.has(key)));
  return {
    // The cluster takes a number, of which any but 0 says on.
    enable: said === "" ? filters(place) : said === "0" ? "0" : "1",
    ...seenOptions(firewallTable(contract, place), options),
  };
};

const placeName = (id: string): string => (id === "cluster" ? "the cluster" : `the ${id}`);

/** A place filters once all that lets somebody in is there; with the cluster, each node begins to. It ceases to at once. */
const needsOf = (
  place: Place,
  { enable }: Properties,
  needs: readonly ObjectRef[],
  declaring: Declaring,
): readonly ObjectRef[] => {
  if (enable === "0") return needs;
  const own: ObjectRef = { kind: "firewall rules", id: placeId(place) };
  if (place.at !== "cluster") return [...needs, own];
  const nodes = Object.keys(declaring.inventory.lab.firewall?.nodes ?? {}).flatMap((node): ObjectRef[] => {
    const id = placeId({ at: "node", node });
    return [
      { kind: "firewall rules", id },
      { kind: "firewall options", id },
    ];
  });
  return [...needs, own, ...nodes, { kind: "ip set", id: "cluster/management" }];
};

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
          parameters: updateOf(differences, declared.properties, firewallTable(planning.contract, place)),
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
      const { contract } = declaring;
      const table = firewallTable(contract, place);
      const { properties, open } = declaredOptions(contract, table, said.options ?? {}, own);
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
          needs: needsOf(place, enable, needs, declaring),
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
