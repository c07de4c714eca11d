import { copy, dict } from "./dict.ts";
import type { World } from "./world.ts";

const mark = "$dict";

/** The world as text. Equal worlds give equal text. */
export const saveWorld = (world: World): string =>
  JSON.stringify(world, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== null) return value;
    return { [mark]: Object.entries(value) };
  });

/** A world from the text that `saveWorld` wrote. */
export const restoreWorld = (text: string): World =>
  JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || !(mark in value)) return value;
    return dict(value[mark] as [string, unknown][]);
  }) as World;

/** A second world that goes on from here on its own. */
export const forkWorld = (world: World): World => copy(world);
