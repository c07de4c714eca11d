export { sha1 } from "@orrery/contract";
export type { Access, Acl, Group, Pool, Role, TfaEntry, Token, User } from "./access.ts";
export { type BackUpGuests, backUpGuests } from "./back-up-guest.ts";
export type { BackupOptions } from "./backup-options.ts";
export { type BareWorld, bareWorld } from "./bare-world.ts";
export { type BulkVerb, type BulkWork, workOnGuests } from "./bulk-work.ts";
export { capacityOf } from "./capacity.ts";
export { type CloneGuest, cloneGuest } from "./clone-guest.ts";
export type { Address, Cluster, Corosync, LogEntry, Mappings, Member, Notifications, Sdn } from "./cluster.ts";
export { logToCluster } from "./cluster-log.ts";
export { type Config, type GuestFile, guestDigest, renderGuestFile, type Section, sectionDigest } from "./config.ts";
export { expectVotes, isQuorate, quorateGroup, startCorosync, votesAt } from "./corosync.ts";
export { type CreateGuest, createGuest } from "./create-guest.ts";
export { collectGarbage, verifyBackups } from "./datastore.ts";
export { type DestroyGuest, destroyGuest, volumesOf } from "./destroy-guest.ts";
export { copy, type Dict, dict } from "./dict.ts";
export type { DiskUse } from "./disk-use.ts";
export { type Fault, type FaultKind, type Subject, subjectText } from "./fault.ts";
export { type AskedFault, apiFaultOf, clearFault, fault } from "./faults.ts";
export {
  type GuestCounters,
  type GuestFigures,
  guestCounters,
  guestFigures,
  type NodeFigures,
  nodesFigures,
} from "./figures.ts";
export { emptyFirewall, type FirewallFile, type IpSet, type SecurityGroup } from "./firewall.ts";
export type { Agent, Guest, GuestKind, Run, Snapshot } from "./guest.ts";
export {
  agentEnabled,
  bridgesOf,
  configPath,
  cpusOf,
  type DiskEntry,
  disksOf,
  guestOn,
  isRunning,
  isTemplate,
  lockedText,
  lockOf,
  memoryOf,
  propertyOf,
} from "./guest-config.ts";
export { defaultBoot, makeDisk, withDisk } from "./guest-disk.ts";
export { agentAnswers, applyPending } from "./guest-power.ts";
export { keepUnused, type MoveDisk, moveDisk, type ResizeDisk, resizeDisk } from "./guest-volume.ts";
export type { Ha, HaNodeState, HaService, HaServiceState, LrmState } from "./ha.ts";
export { requestMove, setMaintenance } from "./ha-round.ts";
export { wakeHa } from "./ha-wake.ts";
export type { JobState, Jobs, ReplicationState } from "./job.ts";
export { advanceTo, advanceUntil, nextEventAt } from "./kernel.ts";
export type { LoadProfile, LoadShape } from "./load.ts";
export { localDevices, type MigrateGuest, migrateGuest } from "./migrate-guest.ts";
export { drawMac, netText } from "./net-device.ts";
export type { Link, Network } from "./network.ts";
export { addBacking, type NewBacking } from "./new-backing.ts";
export { addGuest, type NewGuest } from "./new-guest.ts";
export { addNode, type NewNode } from "./new-node.ts";
export { type NewWorld, newWorld } from "./new-world.ts";
export type { Certificate, Disk, Hardware, Node, NodeState, Package, PciDevice, Service, Update } from "./node.ts";
export { migrateAll, type NodeGuests, shutdownNode, startAll, stopAll } from "./node-guests.ts";
export { cutPower, powerOn, resetNode } from "./node-power.ts";
export { installUpdates, type OfferedUpdate, publishUpdates, refreshUpdates } from "./node-update.ts";
export {
  type GuestAt,
  pauseGuest,
  rebootGuest,
  resetGuest,
  resumeGuest,
  type ShutdownGuest,
  type StartGuest,
  type StopGuest,
  shutdownGuest,
  startGuest,
  stopGuest,
} from "./power-guest.ts";
export { taskLog } from "./progress.ts";
export { deleteVolume, type PruneScope, pruneBackups, pruneMarks } from "./prune.ts";
export { draw, drawBetween, drawHex, drawUuid, type Random, randomOf } from "./random.ts";
export { hears, isUp, wayBetween } from "./reach.ts";
export { replicatedBefore } from "./replicated-before.ts";
export { guestOfReplication, startReplication } from "./replication.ts";
export { type RestoreGuest, restoreGuest } from "./restore-guest.ts";
export { type Mark, markBackups, parseRetention, type Retention } from "./retention.ts";
export { builtInRoles, privilegesOf } from "./roles.ts";
export { type Consolidation, guestRrd, nodeRrd, type RrdRow, storageRrd, type Timeframe } from "./rrd.ts";
export { stopTask } from "./run-task.ts";
export { forkWorld, restoreWorld, saveWorld } from "./save.ts";
export { guestsOfJob, nextRunOf, planJobs, runBackupJob } from "./scheduler.ts";
export { sidOf, vmidOfSid } from "./sid.ts";
export { canSnapshot, deleteSnapshot, rollbackGuest, type SnapshotGuest, snapshotGuest } from "./snapshot-guest.ts";
export type { Step } from "./step.ts";
export type { Archive, Backing, Storage, Volume } from "./storage.ts";
export { offeredTo, type StorageSource, storageSource } from "./storage-source.ts";
export { type SuspendGuest, suspendGuest } from "./suspend-guest.ts";
export { type Task, type TaskState, upidOf } from "./task.ts";
export { templateGuest } from "./template-guest.ts";
export { VirtualClock } from "./virtual-clock.ts";
export {
  addVolume,
  allocate,
  backingOf,
  backupsOf,
  contentOf,
  findVolume,
  freeOf,
  hasPath,
  isOnNode,
  isShared,
  pathOf,
  removeVolume,
  storageOf,
  volumesOfGuest,
  volumesOn,
  whyNotStorage,
} from "./volume.ts";
export type { Actor, Refused, Started } from "./worker.ts";
export { startTask } from "./worker.ts";
export type { Release, World } from "./world.ts";
