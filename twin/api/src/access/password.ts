import { createHash } from "node:crypto";
import { drawHex, type World } from "@orrery/twin-world";

const digest = (salt: string, password: string): string =>
  createHash("sha256").update(`${salt}:${password}`).digest("hex");

/** A password as the world keeps it; the salt is one of the world's draws, so that a world stays the same from run to run. */
export const hashPassword = (world: World, password: string): string => {
  const salt = drawHex(world.random, 16);
  return `sha256:${salt}:${digest(salt, password)}`;
};

export const passwordHolds = (stored: string | undefined, password: string): boolean => {
  const [kind, salt, hash] = stored?.split(":") ?? [];
  return kind === "sha256" && salt !== undefined && hash === digest(salt, password);
};
