import type { Api } from "../../api/client.ts";
import type { Field } from "../../filter/field.ts";

type Guest = Api<"Guest">;

/** By what guests are filtered. */
export const guestFields: readonly Field<Guest>[] = [
  { kind: "word", key: "name", about: "its name", of: ({ name }) => name, searched: true },
  {
    kind: "word",
    key: "status",
    about: "running also of what is paused",
    of: ({ status }) => status,
    values: ["running", "stopped", "unknown"],
  },
  { kind: "word", key: "node", about: "the node that it is on", of: ({ node }) => node },
  {
    kind: "word",
    key: "tag",
    about: "one of its tags",
    of: ({ seenAt, tags }) => (seenAt === undefined ? undefined : (tags ?? [])),
  },
  {
    kind: "word",
    key: "kind",
    about: "qemu for VMs, lxc for containers",
    of: ({ kind }) => kind,
    values: ["qemu", "lxc"],
  },
  {
    kind: "word",
    key: "pool",
    about: "the pool that it is in",
    of: ({ seenAt, pool }) => (seenAt === undefined ? undefined : (pool ?? [])),
  },
  {
    kind: "word",
    key: "ha",
    about: "its state for the HA manager",
    of: ({ seenAt, ha }) => (seenAt === undefined ? undefined : (ha ?? [])),
  },
  {
    kind: "word",
    key: "lock",
    about: "what it is locked by",
    of: ({ seenAt, lock }) => (seenAt === undefined ? undefined : (lock ?? [])),
  },
  { kind: "word", key: "vmid", about: "its number", of: ({ vmid }) => String(vmid), searched: true },
  { kind: "flag", key: "template", about: "is a template", of: ({ template }) => template },
  { kind: "number", key: "cpu", about: "share of its CPUs in use", unit: "share", of: ({ figures }) => figures?.cpu },
  { kind: "number", key: "cpus", about: "CPUs that it is given", unit: "count", of: ({ cpus }) => cpus },
  {
    kind: "number",
    key: "mem",
    about: "memory in use",
    unit: "bytes",
    of: ({ figures }) => figures?.memory,
    whole: ({ memory }) => memory,
  },
  { kind: "number", key: "maxmem", about: "memory that it is given", unit: "bytes", of: ({ memory }) => memory },
  {
    kind: "number",
    key: "disk",
    about: "size of its disk, as the cluster lists it",
    unit: "bytes",
    of: ({ disk }) => disk,
  },
  { kind: "number", key: "uptime", about: "since its start", unit: "seconds", of: ({ figures }) => figures?.uptime },
];

export const guestExamples: readonly (readonly [filter: string, about: string])[] = [
  ["status:running cpu>80%", "busy"],
  ["mem>90%", "short of memory"],
  ["status:stopped -template", "not running"],
  ["lock~backup", "being backed up"],
  ["tag:prod mem>8G name~web", "some of many"],
];
