import type { Link } from "./network.ts";
import type { Backing } from "./storage.ts";
import type { World } from "./world.ts";

/**
 * The names of things with a capacity that flows share: one direction of a link, reading or writing of a backing,
 * the CPUs of a node (one unit is a CPU at work).
 */
export const linkResource = (link: Link, from: string): string =>
  `link|${link.id}|${link.ends[0] === from ? "forth" : "back"}`;
export const readResource = (backing: Backing): string => `read|${backing.id}`;
export const writeResource = (backing: Backing): string => `write|${backing.id}`;

/** What a resource can carry now, in bytes per second; 0 when it is cut or failed. */
export const capacityOf = (world: World, resource: string): number => {
  const [kind, id = ""] = resource.split("|");
  switch (kind) {
    case "link": {
      const link = world.network.links[id];
      return link ? (link.bitsPerSecond / 8) * link.health : 0;
    }
    case "read": {
      const backing = world.backings[id];
      return backing ? backing.readBytesPerSecond * backing.health : 0;
    }
    case "write": {
      const backing = world.backings[id];
      return backing ? backing.writeBytesPerSecond * backing.health : 0;
    }
  }
  return 0;
};
