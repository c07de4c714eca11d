import type { Config } from "@orrery/twin-world";
import { fail } from "./problem.ts";

/** What a type of section may hold: names of options that must be there, may be there, and never change. */
export type OptionTable = {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly fixed?: readonly string[];
};

const knows = (table: OptionTable, key: string): boolean =>
  table.required.includes(key) || table.optional.includes(key) || (table.fixed ?? []).includes(key);

/** Refuses options that the type has not, and a new section without those that it must have. Mirrors check_config of pve-common's SectionConfig. */
export const needOptions = (table: OptionTable, given: Config, create: boolean): void => {
  for (const key of Object.keys(given)) {
    if (!create && (table.fixed ?? []).includes(key)) fail(`can't change value of fixed parameter '${key}'`);
    if (!knows(table, key)) fail(`unexpected property '${key}'`);
  }
  if (!create) return;
  const missing = table.required.find((key) => given[key] === undefined);
  if (missing !== undefined) fail(`missing value for required option '${missing}'`);
};

/** Takes options out of a section, or refuses. Mirrors delete_from_config of pve-common's SectionConfig. */
export const deleteOptions = (table: OptionTable, options: Config, given: Config, deleted: readonly string[]): void => {
  for (const key of deleted) {
    if (!knows(table, key)) fail(`no such option '${key}'`);
    if (table.required.includes(key)) fail(`unable to delete required option '${key}'`);
    if ((table.fixed ?? []).includes(key)) fail(`unable to delete fixed option '${key}'`);
    if (given[key] !== undefined) fail(`cannot set and delete property '${key}' at the same time!`);
    delete options[key];
  }
};
