import { privilegesOf } from "@orrery/twin-world";

/** Every privilege that either release knows. */
export const privileges: ReadonlySet<string> = new Set([...privilegesOf("8.4"), ...privilegesOf("9.2")]);
