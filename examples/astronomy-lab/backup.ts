import { defineChapter, unknown } from "@orrery/model";

const zone = "EST";
const runTime = unknown("the backup server's throughput and the guests' used disk space are stated nowhere");
const encryption = unknown("6.1 does not say; 5.2 says VM encryption where required");
const verified = unknown("no document schedules a verification");

/** Section 6.1. */
export const backup = defineChapter("backup", {
  policies: [
    {
      id: "daily",
      title: "VM Backups",
      covers: "all guests",
      schedule: { every: "day", at: "09:00", zone },
      retention: { for: "14 d" },
      target: "pbs-backup01",
      runTime,
      encryption,
      verified,
    },
    {
      id: "weekly",
      title: "Weekly VM Backups",
      covers: "all guests",
      schedule: { every: "week", on: "Sunday", at: "01:00", zone },
      retention: { for: "4 w" },
      target: "pbs-backup01",
      runTime,
      encryption,
      verified,
      offsite: [{ to: "aws-glacier" }],
    },
    {
      id: "monthly",
      title: "Monthly VM Backups",
      covers: "all guests",
      schedule: { every: "month", on: "first Sunday", at: unknown("6.1 gives the day and not the hour"), zone },
      // 6 months, by their shortest: March to September takes 184 days, September to March 181.
      retention: { for: "181 d" },
      target: "pbs-backup01",
      runTime,
      encryption,
      verified,
      offsite: [{ to: "aws-glacier" }],
    },
    {
      id: "configuration",
      title: "Configuration Backups",
      covers: "configuration",
      schedule: { every: "day", at: unknown("6.1 says daily and not the hour"), zone },
      retention: { for: "30 d" },
      target: "pbs-configuration",
      runTime,
      encryption,
      verified,
    },
  ],
  document: "itil-policies-and-procedures/Backup-Management/BKP-STRAT-001.md",
});
