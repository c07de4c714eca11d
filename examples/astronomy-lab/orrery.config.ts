import { defineLab } from "@orrery/model";
import { access } from "./access.ts";
import { backup } from "./backup.ts";
import { cluster } from "./cluster.ts";
import { controls } from "./controls.ts";
import { guests } from "./guests.ts";
import { knownErrors } from "./known-errors.ts";
import { maintenance } from "./maintenance.ts";
import { monitoring } from "./monitoring.ts";
import { network } from "./network.ts";
import { approvals, changes, references, revisions } from "./records.ts";
import { recovery } from "./recovery.ts";
import { service } from "./service.ts";
import { storage } from "./storage.ts";
import { templates } from "./templates.ts";

/**
 * The Proxmox Astronomy Lab as its papers have it: the service document of 2025-04-22 (sections in the files), the
 * guest inventory of 2025-04-23, and the lab's own pages of those months. Nothing is repaired: what the papers
 * contradict, this declaration contradicts, and `orrery check` says so.
 */
export default defineLab({
  service,
  cluster,
  network,
  storage,
  guests,
  templates,
  maintenance,
  monitoring,
  knownErrors,
  access,
  controls,
  backup,
  recovery,
  changes,
  references,
  approvals,
  revisions,
});
