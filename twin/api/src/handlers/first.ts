import type { Handlers } from "../call.ts";
import { accessLogin } from "./access-login.ts";
import { clusterState } from "./cluster-state.ts";

/** What clients ask first: who they are, and what there is. */
export const firstHandlers: Handlers = { ...accessLogin, ...clusterState };
