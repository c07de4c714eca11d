import type { World } from "@orrery/twin-world";
import { Router } from "./router.ts";

/** A world and what answers the API over it. */
export type Twin = {
  world: World;
  readonly router: Router;
  /** Signs tickets; a restart with the same secret keeps logins. */
  readonly secret: string;
  /** Counts answered writes: caches of answers hold while it and the world's clock stand. */
  revision: number;
};

const routers = new Map<World["release"], Router>();

const routerOf = (release: World["release"]): Router => {
  const known = routers.get(release) ?? new Router(release);
  routers.set(release, known);
  return known;
};

/** Answers the API over a world; `secret` is any text that tells nobody. */
export const twinOf = (world: World, secret: string): Twin => ({
  world,
  router: routerOf(world.release),
  secret,
  revision: 0,
});
