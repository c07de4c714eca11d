import type { PropertyFormat, PveVersion } from "@orrery/contract";
import type { ProxmoxOptions } from "@orrery/model";
import type { Row } from "@orrery/state";
import type { Properties } from "../../compare/value.ts";
import { type DeclaredOptions, declaredOptions } from "../declared-options.ts";
import { optionTables, seenOptions } from "../option.ts";
import { retentionFormat } from "../retention-format.ts";

/** Property strings of which the contract has the name only. */
const fleecing: PropertyFormat = {
  enabled: { type: "boolean", default: 0, default_key: 1, optional: true },
  storage: { type: "string", optional: true },
};
const performance: PropertyFormat = {
  "max-workers": { type: "integer", default: 16, optional: true },
  "pbs-entries-max": { type: "integer", default: 1_048_576, optional: true },
};

/** Said by the policy itself, or only while a job is changed. */
const own: ReadonlySet<string> = new Set(
  "id all vmid pool exclude node schedule storage prune-backups maxfiles enabled comment starttime dow".split(" "),
);

/** What a backup job is made with. */
export const backupTable = optionTables(["POST", "/cluster/backup"], {
  without: ["id"],
  hints: {
    vmid: { as: "words" },
    exclude: { as: "words" },
    mailto: { as: "words" },
    fleecing: { format: fleecing },
    performance: { format: performance },
    "prune-backups": { format: retentionFormat },
  },
});

/** Paths that older releases kept in one text. */
const apart = (key: string, raw: unknown): unknown =>
  key === "exclude-path" && typeof raw === "string" ? raw.split(/[,;\s\0]+/).filter(Boolean) : raw;

/** The options of a job as it was observed. */
export const observedOptions = (contract: PveVersion, row: Row): Properties => {
  const options = Object.entries(row).filter(([key]) => !own.has(key));
  return seenOptions(backupTable(contract), Object.fromEntries(options.map(([key, raw]) => [key, apart(key, raw)])));
};

/** The options of a job as they are declared, and what is wrong with some of them. */
export const declaredJobOptions = (contract: PveVersion, options: ProxmoxOptions): DeclaredOptions =>
  declaredOptions(contract, backupTable(contract), options, own);
