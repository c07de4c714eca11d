/** What a backup job asks for; empty texts and zeros stand for what was not asked. */
export type BackupOptions = {
  storage: string;
  mode: "snapshot" | "suspend" | "stop";
  compress: "0" | "gzip" | "lzo" | "zstd";
  /** `keep-last=3,keep-daily=7` or empty: the storage's own. */
  prune: string;
  /** Whether older backups are removed by the retention. */
  remove: boolean;
  notes: string;
  protect: boolean;
  /** Bytes per second. */
  cap: number;
};
