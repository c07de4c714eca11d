import type { PveVersion } from "@orrery/contract";
import { isMarked, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import { listOf } from "../../compare/value.ts";
import type { Declaring, Kind } from "../kind.ts";
import { type OptionTable, optionTables, readOptions, seenOptions } from "../option.ts";
import { plainCall, plainSteps } from "../plain-steps.ts";
import { sentChanges, sentOptions } from "../sent-option.ts";
import { textOf } from "../text.ts";

export type MappingType = "pci" | "usb" | "dir";

const paths = { pci: "/cluster/mapping/pci", usb: "/cluster/mapping/usb", dir: "/cluster/mapping/dir" } as const;

const tables = {
  pci: optionTables(["POST", paths.pci], { without: ["id"] }),
  usb: optionTables(["POST", paths.usb], { without: ["id"] }),
  dir: optionTables(["POST", paths.dir], { without: ["id"] }),
} as const;

export const mappingTable = (version: PveVersion, type: MappingType): OptionTable => tables[type](version);

type Declared = { readonly description?: string | undefined; readonly map: readonly object[] };

const declaredMapping = (
  id: string,
  one: Declared,
  type: MappingType,
  { contract, mark }: Declaring,
): DeclaredObject => {
  const said = { ...one, description: unmarked(mark, one.description) };
  const { properties, problems } = readOptions(mappingTable(contract, type), said);
  const [first] = problems;
  const refused =
    first === undefined
      ? undefined
      : `the option ${first.option} ${first.why} (mappings.${type}.${id}.${first.option})`;
  return {
    kind: `${type} mapping`,
    id,
    properties,
    open: {},
    ...(refused === undefined ? {} : { refused }),
    path: ["mappings", type, id],
    needs: [],
  };
};

/** Devices or directories of nodes that go by one name in the whole cluster. */
const mappingOf = (type: MappingType, noun: string): Kind => ({
  noun,
  declared: (declaring) =>
    Object.entries(declaring.inventory.lab.mappings?.[type] ?? {}).map(([id, one]) =>
      declaredMapping(id, one, type, declaring),
    ),
  observed: ({ mappings, contract }, mark) => {
    if (mappings.kind !== "observed") return { objects: [], blind: [{ kind: `${type} mapping`, why: mappings.why }] };
    const objects = mappings.value[type].map(({ id, options }): ObservedObject => {
      const description = typeof options.description === "string" ? options.description : undefined;
      return {
        kind: `${type} mapping`,
        id,
        properties: seenOptions(mappingTable(contract, type), {
          ...options,
          description: unmarked(mark, description),
        }),
        hidden: {},
        marked: isMarked(mark, description),
        builtIn: false,
        at: mappings.at,
        needs: [],
      };
    });
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "mappings" }],
  steps: plainSteps({
    called: (id) => `the ${noun} ${id}`,
    create: (declared, { contract, mark }) => [
      plainCall("POST", paths[type], {
        ...sentOptions(mappingTable(contract, type), declared.properties),
        id: declared.id,
        description: markedComment(mark, textOf(declared.properties.description)),
      }),
    ],
    change: ({ declared, observed, properties }, { contract, mark }) => {
      const { set, gone } = sentChanges(mappingTable(contract, type), properties);
      const isNamed = properties.some(({ property }) => property === "description");
      const own = textOf(declared.properties.description);
      const description = isNamed ? (observed.marked ? markedComment(mark, own) : own) : "";
      const taken = gone.filter((option) => option !== "description" || description === "");
      return [
        plainCall("PUT", `${paths[type]}/{id}`, {
          id: declared.id,
          // Of USB devices the API wants it each time, and of none does it harm.
          map: listOf(declared.properties.map),
          ...set,
          ...(description === "" ? {} : { description }),
          ...(taken.length === 0 ? {} : { delete: taken.join(",") }),
        }),
      ];
    },
    remove: ({ id }) => [plainCall("DELETE", `${paths[type]}/{id}`, { id })],
  }),
});

export const pciMapping = mappingOf("pci", "PCI mapping");
export const usbMapping = mappingOf("usb", "USB mapping");
export const dirMapping = mappingOf("dir", "directory mapping");
