import { type GuestState, valueIn } from "@orrery/state";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { flag, isOneOf, paged, pageOf, paging, several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterPath, stateOf } from "./of-cluster.ts";

const statuses = ["running", "stopped", "unknown"] as const;
const kinds = ["qemu", "lxc"] as const;

/** What is left out was not seen, or is not there. */
const guest = named(
  "Guest",
  z.strictObject({
    vmid: z.number(),
    kind: z.enum(kinds),
    node: z.string(),
    status: z.enum(statuses),
    name: z.string().optional(),
    seenAt: z.number().optional(),
    template: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    pool: z.string().optional(),
    lock: z.string().optional(),
    ha: z.string().optional(),
    cpus: z.number().optional(),
    memory: z.number().optional().describe("bytes that it is given"),
    disk: z.number().optional().describe("bytes"),
    figures: z
      .strictObject({
        cpu: z.number(),
        memory: z.number(),
        uptime: z.number(),
        netIn: z.number(),
        netOut: z.number(),
        diskRead: z.number(),
        diskWrite: z.number(),
      })
      .optional()
      .describe("cpu: share of its CPUs; memory: bytes; uptime: seconds; the rest: bytes since its start"),
  }),
);
type Guest = z.input<typeof guest>;

const guestOf = ({ vmid, kind, node, presence }: GuestState): Guest => {
  const seen = valueIn(presence);
  if (seen === undefined) return { vmid, kind, node, status: "unknown" };
  const { tags, status, ...rest } = seen;
  const listed = tags?.split(/[;, ]+/).filter((tag) => tag !== "");
  return {
    vmid,
    kind,
    node,
    status,
    seenAt: presence.kind === "observed" ? presence.at : undefined,
    tags: listed,
    ...rest,
  };
};

const sorts = ["vmid", "name", "node", "status", "cpu", "memory", "disk", "uptime"] as const;
type Sort = (typeof sorts)[number];

const keyOf: Readonly<Record<Sort, (one: Guest) => number | string>> = {
  vmid: ({ vmid }) => vmid,
  name: ({ name }) => name ?? "",
  node: ({ node }) => node,
  status: ({ status }) => status,
  cpu: ({ figures }) => figures?.cpu ?? -1,
  memory: ({ figures }) => figures?.memory ?? -1,
  disk: ({ disk }) => disk ?? -1,
  uptime: ({ figures }) => figures?.uptime ?? -1,
};

const sorted = (guests: readonly Guest[], by: Sort, order: "asc" | "desc"): readonly Guest[] => {
  const key = keyOf[by];
  const turn = order === "asc" ? 1 : -1;
  return guests.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a === b ? one.vmid - other.vmid : a < b ? -turn : turn;
  });
};

const text = z.string().max(200);
const filters = {
  q: text.optional().describe("part of the name, or of the VMID"),
  node: several(text),
  kind: several(z.enum(kinds)),
  status: several(z.enum(statuses)),
  tag: several(text).describe("any of them"),
  pool: several(text),
  template: flag.optional(),
  ha: flag.optional().describe("whether HA looks after it"),
};
const query = z.strictObject({
  ...filters,
  sort: z.enum(sorts).default("vmid"),
  order: z.enum(["asc", "desc"]).default("asc"),
  ...paging,
});
type Query = z.output<typeof query>;

const isWanted =
  ({ q, node, kind, status, tag, pool, template, ha }: Query) =>
  (one: Guest): boolean =>
    isOneOf(node, one.node) &&
    isOneOf(kind, one.kind) &&
    isOneOf(status, one.status) &&
    isOneOf(pool, one.pool) &&
    (tag === undefined || (one.tags ?? []).some((own) => tag.includes(own))) &&
    (template === undefined || (one.template ?? false) === template) &&
    (ha === undefined || (one.ha !== undefined) === ha) &&
    (q === undefined || `${one.vmid} ${one.name ?? ""}`.toLowerCase().includes(q.toLowerCase()));

const unseen = (why: string): Refusal =>
  new Refusal("not-ready", `Which guests there are could not be read: ${why}.`, { retryAfter: 10 });

const list = jsonRoute({
  id: "listGuests",
  method: "GET",
  url: "/api/clusters/{cluster}/guests",
  tag: "Guests",
  summary: "the guests, by what is asked of them, a page at a time",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query,
  reply: z.strictObject({ guests: z.array(guest), ...paged }),
  handle: (asked) => {
    const { guests } = stateOf(asked);
    if (guests.kind !== "observed") throw unseen(guests.why);
    const found = Object.values(guests.value).map(guestOf).filter(isWanted(asked.query));
    const { items, ...page } = pageOf(sorted(found, asked.query.sort, asked.query.order), asked.query);
    return { guests: items, ...page };
  },
});

const whole = jsonRoute({
  id: "getGuest",
  method: "GET",
  url: "/api/clusters/{cluster}/guests/{vmid}",
  tag: "Guests",
  summary: "one guest with its configuration, what waits for its next start, and its snapshots",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath.extend({ vmid: z.coerce.number().int().min(100).max(999_999_999) }),
  reply: z.strictObject({
    guest,
    config: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    pending: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    configAt: z.number().optional(),
    unknown: z.string().optional().describe("why the configuration is not known"),
    snapshots: z.array(z.string()).optional(),
  }),
  handle: (asked) => {
    const { guests } = stateOf(asked);
    if (guests.kind !== "observed") throw unseen(guests.why);
    const found = guests.value[String(asked.path.vmid)];
    if (found === undefined)
      throw new Refusal("not-found", `There is no guest ${asked.path.vmid}.`, { place: "path.vmid" });
    const { file } = found;
    const snapshots = valueIn(found.snapshots)?.map(({ name }) => name);
    return {
      guest: guestOf(found),
      ...(file.kind === "observed"
        ? { config: { ...file.value.config }, pending: { ...file.value.pending }, configAt: file.at }
        : { unknown: file.why }),
      snapshots,
    };
  },
});

export const guestRoutes: readonly Route[] = [list, whole];
