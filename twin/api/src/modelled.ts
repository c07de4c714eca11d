import type { HttpMethod, PveMajor } from "./contract.ts";
import { isAnsweredIndex } from "./handlers/indexes.ts";
import { handlerOf } from "./methods.ts";
import { Router } from "./router.ts";

const routers = new Map<PveMajor, Router>();

/** Whether the twin answers a method of the contract itself, and not with 501. */
export const isModelled = (major: PveMajor, method: HttpMethod, path: string): boolean => {
  if (handlerOf(`${method} ${path}`) !== undefined) return true;
  const router = routers.get(major) ?? new Router(major);
  routers.set(major, router);
  const found = router.find(method, path);
  return found !== undefined && isAnsweredIndex(router, found.method);
};
