/** What Proxmox VE itself takes, as far as its sources and its developers' measurements tell. The twin takes the same. */

/**
 * Bytes/s that one restore takes at most. Measured by the developers (pve-devel and pbs-devel, July 2025): 550 to 573 MB/s
 * where chunks are fetched one at a time, 730 to 2,386 MB/s where several are, by CPU and storage.
 */
export const restoreStream = 700e6;

/** Seconds between two rounds of the HA managers. */
const haRound = 10;
/** A node is unseen for so long before it is to be fenced: `$fence_delay` in PVE/HA/NodeStatus.pm. */
const fenceDelay = 60;
/** A dead node's lock lapses after so long: the time-out of locks in pmxcfs. */
const lockLapse = 120;

/**
 * From a node's death until HA starts its guests elsewhere: the lock lapses, one round fences, the next recovers. At the
 * most, where the node held the manager too: its lock lapses first, and the new manager sees the node go only then.
 */
export const haTakeover = { least: lockLapse + 2 * haRound, most: lockLapse + fenceDelay + 2 * haRound } as const;

/**
 * From asking until a guest lies on another node that HA did not take there: the managers wake, wait as long as for any
 * absent node, and take a round each to see it stopped, to fence and to recover.
 */
export const takeover = fenceDelay + 3 * haRound;

/** The same after quorum was lost: a manager that was on a lost node is succeeded first. */
export const takeoverAfterQuorum = { least: takeover, most: lockLapse + takeover } as const;

/** Of a guest that HA keeps: a round until it is let go, to have its disks replaced, and one until it is started again. */
export const haHandover = 2 * haRound;

/** Bytes of memory that a node keeps for itself where nobody says: 2 GB for the system and its services, by the manual. */
export const leastReserve = 2 * 2 ** 30;
