import { z } from "zod";
import { ipv4, mac } from "./address.ts";
import { claims, nodeRef, storageRef } from "./claims.ts";
import { haResource } from "./ha.ts";
import { guestName, localName, poolName, text, vlanId, vmId } from "./names.ts";
import { duration, size, throughput } from "./quantity.ts";
import { calendarEvent } from "./schedule.ts";
import { measurable, measurableOrWritten, written } from "./unknown.ts";

export const guestDisk = z.strictObject({
  name: localName.optional(),
  storage: storageRef,
  /** Provisioned. */
  size,
  /** Written, as the storage counts it. */
  used: measurable(size),
  /** Left out of backups where false. */
  backup: z.boolean().default(true),
});
export type GuestDisk = z.output<typeof guestDisk>;

export const guestNic = z.strictObject({
  bridge: localName,
  vlan: written(vlanId).optional(),
  address: measurableOrWritten(ipv4).optional(),
  mac: mac.optional(),
});
export type GuestNic = z.output<typeof guestNic>;

/** What a guest is to do when its node drains. */
export const onDrain = z.enum(["migrate", "stop", "nothing"]);

/** A copy of all its disks on another node, brought up to date again and again. */
export const replication = z.strictObject({
  to: nodeRef,
  /** The longest that the copy may be behind. */
  every: duration,
  /** When it is brought up to date, as a calendar event; left out, what `every` says. */
  schedule: calendarEvent.optional(),
  /** The most that a copy takes of the network. */
  rate: throughput.optional(),
  comment: text.optional(),
  enabled: z.boolean().default(true),
  /** Of the job among those of its guest; left out, its place in this list. */
  number: z.number().int().min(0).optional(),
});
export type Replication = z.output<typeof replication>;

/** The number of each job of a guest: its own, or the lowest that none of them states. */
export const replicationNumbers = (jobs: readonly Pick<Replication, "number">[]): readonly number[] => {
  const taken = new Set(jobs.flatMap(({ number }) => number ?? []));
  let next = 0;
  return jobs.map(({ number }) => {
    if (number !== undefined) return number;
    while (taken.has(next)) next += 1;
    taken.add(next);
    return next;
  });
};

export const guest = z.strictObject({
  name: guestName,
  id: measurable(vmId),
  kind: z.enum(["vm", "ct"]),
  category: text,
  role: text,
  os: text,
  node: nodeRef,
  state: z.enum(["running", "stopped"]).default("running"),
  vcpus: z.number().int().min(1),
  memory: measurable(size),
  disks: z.array(guestDisk).default([]),
  nics: z.array(guestNic).default([]),
  tags: z.array(text).default([]),
  pool: poolName.optional(),
  /** `policy`: HA or a balancer may move it, which is no drift. Left out: what is an HA resource may move. */
  placement: z.enum(["pinned", "policy"]).optional(),
  /** The template that it was made from. */
  template: localName.optional(),
  /** Devices of the node passed through, by their name there. */
  devices: z.array(localName).default([]),
  /** Guests that must be up before this one. */
  startsAfter: z.array(guestName).default([]),
  startOrder: z.number().int().min(0).optional(),
  /** From start until it does its work. */
  bootTime: measurable(duration),
  /** Services that others depend on: "dns", "identity". */
  provides: z.array(text).default([]),
  needs: z.array(text).default([]),
  /** Recovered first where 1. */
  recoveryTier: measurable(z.number().int().min(1)),
  onDrain: measurable(onDrain),
  /** Restarted elsewhere by Proxmox when its node fails. */
  ha: measurable(z.union([z.boolean(), haResource], { error: "expected true, false or { maxRestart, … }" })).default(
    false,
  ),
  /** Storage replication to other nodes (`pvesr`). */
  replication: z.array(replication).default([]),
});
export type Guest = z.output<typeof guest>;

/** The guest inventory. */
export const guests = z.strictObject({ items: z.array(guest), claims });
export type Guests = z.output<typeof guests>;

export const template = z.strictObject({
  name: localName,
  id: measurable(vmId),
  node: nodeRef,
  storage: storageRef,
  os: text,
  size,
  lastBuilt: measurable(z.iso.date()).optional(),
});
export const templates = z.strictObject({ items: z.array(template).default([]), claims });
export type Templates = z.output<typeof templates>;
