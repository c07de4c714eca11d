export type { Access, Acl, Group, Pool, Role, TfaEntry, Token, User } from "./access.ts";
export { type BareWorld, bareWorld } from "./bare-world.ts";
export { type BulkVerb, type BulkWork, workOnGuests } from "./bulk-work.ts";
export type { Cluster, Corosync, LogEntry, Mappings, Member, Notifications, Sdn } from "./cluster.ts";
export { type Config, type GuestFile, guestDigest, renderGuestFile, type Section, sectionDigest } from "./config.ts";
export { copy, type Dict, dict } from "./dict.ts";
export type { DiskUse } from "./disk-use.ts";
export type { Fault, FaultKind, Subject } from "./fault.ts";
export { emptyFirewall, type FirewallFile, type IpSet, type SecurityGroup } from "./firewall.ts";
export type { Agent, Guest, GuestKind, Run, Snapshot } from "./guest.ts";
export {
  agentEnabled,
  cpusOf,
  type DiskEntry,
  disksOf,
  isRunning,
  isTemplate,
  lockedText,
  lockOf,
  memoryOf,
} from "./guest-config.ts";
export { agentAnswers } from "./guest-power.ts";
export type { Ha, HaNodeState, HaService, HaServiceState, LrmState } from "./ha.ts";
export type { JobState, Jobs, ReplicationState } from "./job.ts";
export { advanceTo, advanceUntil, nextEventAt } from "./kernel.ts";
export type { LoadProfile, LoadShape } from "./load.ts";
export type { Link, Network } from "./network.ts";
export { addGuest, type NewGuest } from "./new-guest.ts";
export { addNode, type NewNode } from "./new-node.ts";
export { type NewWorld, newWorld } from "./new-world.ts";
export type { Certificate, Disk, Hardware, Node, NodeState, Package, PciDevice, Service, Update } from "./node.ts";
export { type NodeWork, workOnNode } from "./node-work.ts";
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
export { draw, drawBetween, drawHex, drawUuid, type Random } from "./random.ts";
export { builtInRoles, privilegesOf } from "./roles.ts";
export { failTask } from "./run-task.ts";
export { forkWorld, restoreWorld, saveWorld } from "./save.ts";
export { sha1 } from "./sha1.ts";
export type { Step } from "./step.ts";
export type { Archive, Backing, Storage, Volume } from "./storage.ts";
export { type Task, type TaskState, upidOf } from "./task.ts";
export type { Actor, Refused, Started } from "./worker.ts";
export type { Release, World } from "./world.ts";
