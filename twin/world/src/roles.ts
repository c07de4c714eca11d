import { builtInRolesOf } from "@orrery/model";
import type { Role } from "./access.ts";
import { type Dict, dict } from "./dict.ts";
import type { Release } from "./world.ts";

/** The roles that every cluster of this release has; `special` ones cannot be changed. */
export const builtInRoles = (release: Release): Dict<Role> =>
  dict(
    Object.entries(builtInRolesOf(release)).map(
      ([name, privileges]) => [name, { privileges: [...privileges], special: true }] as const,
    ),
  );

/** Every privilege of a release, sorted. */
export const privilegesOf = (release: Release): readonly string[] => builtInRolesOf(release).Administrator ?? [];
