import { type LabInput, unknown } from "@orrery/model";
import type { Mutation } from "./mutations.ts";

const found = <T>(items: readonly T[], is: (item: T) => boolean): T => {
  const item = items.find(is);
  if (item === undefined) throw new Error("the tidy lab has none of these");
  return item;
};

const policy = (lab: LabInput, id: string) => found(lab.backup.policies, (one) => one.id === id);
const scenario = (lab: LabInput, id: string) => found(lab.recovery.scenarios, (one) => one.id === id);
const guest = (lab: LabInput, name: string) => found(lab.guests.items, (one) => one.name === name);
const store = (lab: LabInput, name: string) => found(Object.entries(lab.storage.items), ([key]) => key === name)[1];
const node = (lab: LabInput, name: string) => found(Object.entries(lab.cluster.nodes), ([key]) => key === name)[1];
const nightCopy = (lab: LabInput) => found(policy(lab, "nightly").offsite ?? [], (copy) => copy.to === "offsite");

const zone = "Europe/Berlin";
const everyDay = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** The mutations of backups, recoveries and their schedules. */
export const recoveryMutations: Readonly<Record<string, Mutation>> = {
  "recovery/rpo": (lab) => {
    scenario(lab, "guest").rpo = "25 h";
  },
  "recovery/rto": (lab) => {
    scenario(lab, "site").rto = "24 h";
  },
  "recovery/unrecoverable": (lab) => {
    node(lab, "pve3").devices = { gpu0: { kind: "gpu", model: "L4" } };
    guest(lab, "app1").devices = ["gpu0"];
    guest(lab, "app1").onDrain = "stop";
    lab.cluster.survivesNodeLoss = false;
  },
  "recovery/no-backup": (lab) => {
    policy(lab, "nightly").covers = { allExcept: ["app1"] };
  },
  "recovery/disk-left-out": (lab) => {
    guest(lab, "app1").disks?.push({ storage: "local-zfs", size: "1 GiB", used: "1 GiB", backup: false });
  },
  "recovery/shared-fate": (lab) => {
    store(lab, "pbs").home = { on: "node", node: "pve1", disks: ["nvme"] };
  },
  "recovery/nobody-on-duty": (lab) => {
    lab.service.hours.support = { days: [...everyDay], from: "08:00", to: "20:00", zone };
  },
  "recovery/never-drilled": (lab) => {
    scenario(lab, "guest").lastDrill = "2025-10-10";
  },
  "recovery/unverified": (lab) => {
    policy(lab, "nightly").verified = unknown("the job was never made");
  },
  "recovery/encryption-key": (lab) => {
    policy(lab, "nightly").encryption = { key: "backup-2026", keyKeptAt: "in /root of pve1" };
  },
  "retention/gap": (lab) => {
    policy(lab, "nightly").retention = { for: "20 h" };
  },
  "retention/promise": (lab) => {
    policy(lab, "nightly").retention = { hourly: 24, daily: 30 };
  },
  "retention/shared-group": (lab) => {
    lab.backup.policies.push({
      ...policy(lab, "nightly"),
      id: "weekly",
      title: "Weekly backups",
      schedule: { every: "week", on: "Sunday", at: "12:00", zone },
      retention: { for: "60 d" },
      offsite: [],
    });
  },
  "retention/datastore-size": (lab) => {
    store(lab, "pbs").capacity = "100 GB";
  },
  "offsite/storage-class": (lab) => {
    store(lab, "offsite").storageClass = "DEEP_ARCHIVE";
    store(lab, "offsite").retrieval = "12 h";
    for (const one of lab.backup.policies) for (const copy of one.offsite ?? []) copy.retention = { for: "200 d" };
  },
  "offsite/minimum-duration": (lab) => {
    store(lab, "offsite").storageClass = "STANDARD_IA";
    nightCopy(lab).retention = { for: "20 d" };
  },
  "offsite/retrieval": (lab) => {
    store(lab, "pbs").kind = "nfs";
    store(lab, "offsite").storageClass = "GLACIER";
    store(lab, "offsite").retrieval = "80 h";
  },
  "offsite/no-copy": (lab) => {
    policy(lab, "nightly").offsite = [];
  },
  "offsite/configuration": (lab) => {
    policy(lab, "configuration").offsite = [];
  },
  "offsite/unencrypted": (lab) => {
    policy(lab, "nightly").encryption = false;
  },
  "schedules/backup-in-window": (lab) => {
    policy(lab, "configuration").schedule = { every: "day", at: "08:30", zone };
  },
  "schedules/same-time": (lab) => {
    policy(lab, "configuration").schedule = { every: "day", at: "02:10", zone };
  },
  "schedules/backup-in-support-hours": (lab) => {
    lab.service.hours.support = { days: [...everyDay], from: "00:30", to: "00:00", zone };
  },
  "schedules/window-too-short": (lab) => {
    lab.service.hours.maintenance = lab.service.hours.maintenance?.map((window) => ({ ...window, duration: "30 min" }));
  },
  "schedules/window-crowded": (lab) => {
    const update = found(lab.maintenance.procedures, (procedure) => procedure.id === "MAINT-001");
    lab.maintenance.procedures.push({
      ...update,
      id: "MAINT-002",
      title: "Disk checks",
      does: "other",
      duration: "3.5 h",
    });
  },
  "schedules/ambiguous-zone": (lab) => {
    for (const review of lab.controls.reviews ?? []) review.cadence = { ...review.cadence, zone: "EST" };
  },
  "schedules/calendar-trap": (lab) => {
    policy(lab, "configuration").schedule = { every: "calendar", event: "*-1/15 04:00", zone };
  },
};
