import type { Link } from "./network.ts";
import type { Backing } from "./storage.ts";
import type { World } from "./world.ts";

/** The names of things with a capacity that flows share: one direction of a link, reading or writing of a backing. */
export const linkResource = (link: Link, from: string): string =>
  `link|${link.id}|${link.ends[0] === from ? "forth" : "back"}`;
export const readResource = (backing: Backing): string => `read|${backing.id}`;
export const writeResource = (backing: Backing): string => `write|${backing.id}`;

/** What a resource can carry now, in bytes per second; 0 when it is cut or failed. */
export const capacityOf = (world: World, resource: string): number => {
  const [kind, id = ""] = resource.split("|");
  if (kind === "link") {
    const link = world.network.links[id];
    return link ? (link.bitsPerSecond / 8) * link.health : 0;
  }
  const backing = world.backings[id];
  if (!backing) return 0;
  return (kind === "read" ? backing.readBytesPerSecond : backing.writeBytesPerSecond) * backing.health;
};
