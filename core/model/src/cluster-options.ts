import { z } from "zod";
import { plainOption } from "./options.ts";

/**
 * Options of the cluster as a whole, by the names of Proxmox's `datacenter.cfg`; those made of parts may be written part by
 * part: `migration: { type: "insecure", network: "10.0.30.0/24" }`. Bandwidths are KiB/s, as Proxmox has them there.
 */
export const clusterOptionNames = [
  "bwlimit",
  "consent-text",
  "console",
  "crs",
  "description",
  "email_from",
  "fencing",
  "ha",
  "http_proxy",
  "keyboard",
  "language",
  "location",
  "mac_prefix",
  "max_workers",
  "migration",
  "migration_unsecure",
  "next-id",
  "notify",
  "registered-tags",
  "replication",
  "tag-style",
  "u2f",
  "user-tag-access",
  "webauthn",
] as const;

/** Stated, even as `{}`, they are the whole: what is left out has Proxmox's default. Left out altogether, they are nobody's concern. */
export const clusterOptions = z.partialRecord(z.enum(clusterOptionNames), plainOption);
export type ClusterOptions = z.output<typeof clusterOptions>;
