import { dict } from "./dict.ts";
import type { Backing } from "./storage.ts";
import type { World } from "./world.ts";

export type NewBacking = {
  id: string;
  place: Backing["place"];
  total: number;
  /** Bytes that lie on it already and belong to no volume. */
  base?: number;
  reserved?: number;
  readBytesPerSecond?: number;
  writeBytesPerSecond?: number;
  disks?: string[];
  spare?: number;
  offers?: string[];
};

/** Puts something into the world that volumes can lie on. `world.mounts` says which storages do. */
export const addBacking = (world: World, asked: NewBacking): Backing => {
  const {
    base = 0,
    reserved = 0,
    readBytesPerSecond = 500e6,
    writeBytesPerSecond = 400e6,
    disks = [],
    spare = 0,
  } = asked;
  const backing: Backing = {
    id: asked.id,
    place: asked.place,
    total: asked.total,
    base,
    garbage: 0,
    reserved,
    used: base,
    readBytesPerSecond,
    writeBytesPerSecond,
    health: 1,
    disks,
    spare,
    ...(asked.offers === undefined ? {} : { offers: asked.offers }),
    volumes: dict(),
    guests: dict(),
    history: [[world.now - 3_600_000, base]],
  };
  world.backings[asked.id] = backing;
  return backing;
};
