import { defineChapter, defineLab } from "@orrery/model";
import { controls } from "./controls.ts";
import { access } from "./decided/access.ts";
import { backup } from "./decided/backup.ts";
import { cluster } from "./decided/cluster.ts";
import { guests } from "./decided/guests.ts";
import { network } from "./decided/network.ts";
import { storage } from "./decided/storage.ts";
import { templates } from "./decided/templates.ts";
import { knownErrors } from "./known-errors.ts";
import { maintenance } from "./maintenance.ts";
import { monitoring } from "./monitoring.ts";
import { approvals, changes, references, revisions } from "./records.ts";
import { recovery } from "./recovery.ts";
import { service } from "./service.ts";

const pools = defineChapter("pools", {
  items: {
    projects: { purpose: "Research: Kubernetes, databases, desktops" },
    "lab-services": { purpose: "What the lab itself runs on" },
  },
});

/**
 * The lab as it is to be built: what its papers leave open or contradict is decided here, chapter by chapter, in
 * `decided/`. What only a measurement could tell (throughput, boot times, disk space in use) is unknown still.
 */
export default defineLab({
  service,
  cluster,
  network,
  storage,
  guests,
  templates,
  pools,
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
