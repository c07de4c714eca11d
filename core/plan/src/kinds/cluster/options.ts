import type { ObservedObject } from "../../compare/object.ts";
import type { Kind } from "../kind.ts";
import { optionTables, readOptions, seenOptions } from "../option.ts";
import { plainCall, plainSteps } from "../plain-steps.ts";
import { sentChanges } from "../sent-option.ts";

const id = "options";

/** The options of `datacenter.cfg`. */
export const clusterOptionTable = optionTables(["PUT", "/cluster/options"], {
  hints: { "registered-tags": { as: "words", separator: ";" }, mac_prefix: { anyCase: true } },
});

/** What is answered beside the file, and the line end that the file's reader adds. */
export const fileOptions = (row: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const { "allowed-tags": _, description, ...rest } = row;
  return { ...rest, description: typeof description === "string" ? description.replace(/\n$/, "") : undefined };
};

/** What holds for the cluster as a whole: one object, always there. */
export const clusterOptions: Kind = {
  noun: "cluster options",
  declared: ({ inventory, contract }) => {
    const { options } = inventory.lab.cluster;
    if (options === undefined) return [];
    const { properties, problems } = readOptions(clusterOptionTable(contract), fileOptions(options));
    const [first] = problems;
    const refused =
      first === undefined ? undefined : `the option ${first.option} ${first.why} (cluster.options.${first.option})`;
    return [
      {
        kind: "cluster options",
        id,
        properties,
        open: {},
        ...(refused === undefined ? {} : { refused }),
        path: ["cluster", "options"],
        needs: [],
      },
    ];
  },
  observed: ({ options, contract }) => {
    if (options.kind !== "observed") return { objects: [], blind: [{ kind: "cluster options", why: options.why }] };
    const object: ObservedObject = {
      kind: "cluster options",
      id,
      properties: seenOptions(clusterOptionTable(contract), fileOptions(options.value)),
      hidden: {},
      marked: false,
      builtIn: true,
      at: options.at,
      needs: [],
    };
    return { objects: [object], blind: [] };
  },
  sources: () => [{ of: "cluster", part: "options" }],
  steps: plainSteps({
    called: () => "the cluster",
    create: () => [],
    change: ({ properties }, { contract }) => {
      const { set, gone } = sentChanges(clusterOptionTable(contract), properties);
      return [
        plainCall("PUT", "/cluster/options", { ...set, ...(gone.length === 0 ? {} : { delete: gone.join(",") }) }),
      ];
    },
    remove: () => [],
  }),
};
