import { alerting } from "./alerting.ts";
import { audit } from "./audit.ts";
import { history } from "./history.ts";
import { keeping } from "./keeping.ts";
import { lastLook } from "./last-look.ts";
import { leader } from "./leader.ts";
import type { Migration } from "./migration.ts";

/** In the order in which they are applied. */
export const migrations: readonly Migration[] = [audit, leader, history, keeping, lastLook, alerting];
