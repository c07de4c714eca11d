import type { PropertyFormat } from "@orrery/contract";

const keep = { type: "integer", minimum: 0, optional: true } as const;

/** What `prune-backups` is made of, of storages and of backup jobs: the contract has only the name of it. */
export const retentionFormat: PropertyFormat = {
  "keep-all": { type: "boolean", optional: true },
  "keep-last": keep,
  "keep-hourly": keep,
  "keep-daily": keep,
  "keep-weekly": keep,
  "keep-monthly": keep,
  "keep-yearly": keep,
};
