import { defineChapter, defineLab } from "@orrery/model";
import { controls } from "./controls.ts";
import { access } from "./decided/access.ts";
import { backup } from "./decided/backup.ts";
import { cluster } from "./decided/cluster.ts";
import { firewall } from "./decided/firewall.ts";
import { guests } from "./decided/guests.ts";
import { ha } from "./decided/ha.ts";
import { mappings } from "./decided/mappings.ts";
import { network } from "./decided/network.ts";
import { notifications } from "./decided/notifications.ts";
import { storage } from "./decided/storage.ts";
import { templates } from "./decided/templates.ts";
import { knownErrors } from "./known-errors.ts";
import { maintenance } from "./maintenance.ts";
import { monitoring as written } from "./monitoring.ts";
import { approvals, changes, references, revisions } from "./records.ts";
import { recovery } from "./recovery.ts";
import { service } from "./service.ts";

const pools = defineChapter("pools", {
  items: {
    projects: { purpose: "Research: Kubernetes, databases, desktops" },
    "lab-services": { purpose: "What the lab itself runs on" },
  },
});

const monitoring = defineChapter("monitoring", {
  ...written,
  // 4.2 keeps its figures there; nodes send theirs beside what is scraped.
  metricServers: { "lab-mon01": { type: "graphite", server: "10.25.10.13", port: 2003, options: { path: "proxmox" } } },
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
  mappings,
  ha,
  firewall,
  maintenance,
  monitoring,
  notifications,
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
