import { type BulkVerb, type Guest, isRunning, isTemplate, workOnGuests } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, notModelled } from "../problem.ts";
import { hasQuorum } from "../quorum.ts";
import { upidOrRefusal } from "../start.ts";

const startupOf = (guest: Guest): { order: number; down: number | undefined } => {
  const text = String(guest.config.startup ?? "");
  const part = (key: string) => new RegExp(`(?:^|,)${key}=(\\d+)`).exec(text)?.[1];
  const order = /^(\d+)(?:,|$)/.exec(text)?.[1] ?? part("order");
  const down = part("down");
  return { order: order === undefined ? Number.MAX_SAFE_INTEGER : Number(order), down: down === undefined ? undefined : Number(down) };
};

/** Guests by start order, the lowest first; those of one order are one group. */
const grouped = (guests: readonly Guest[], reverse: boolean): number[][] => {
  const groups = new Map<number, number[]>();
  for (const guest of guests.toSorted((one, other) => one.vmid - other.vmid)) {
    const { order } = startupOf(guest);
    groups.set(order, [...(groups.get(order) ?? []), guest.vmid]);
  }
  const sorted = [...groups.entries()].toSorted(([one], [other]) => one - other).map(([, vmids]) => vmids);
  return reverse ? sorted.toReversed() : sorted;
};

const parallel = (call: Call, otherwise: number): number =>
  call.number("max-workers") ?? call.number("maxworkers") ?? (Number(call.world.cluster.options.max_workers ?? 0) || otherwise);

/** The guests asked for that the caller may see to; all of them need the right where none were named. */
const chosen = (call: Call, privilege: string): Guest[] => {
  const asked = call.list("vms").map(Number);
  if (asked.length > 0) for (const vmid of asked) call.rights.need(`/vms/${vmid}`, privilege);
  else call.rights.need("/", privilege);
  return Object.values(call.world.guests)
    .filter((guest) => asked.length === 0 || asked.includes(guest.vmid))
    .filter((guest) => !isTemplate(guest));
};

type Kind = { readonly verb: BulkVerb; readonly type: string };

const begin = (call: Call, { verb, type }: Kind, guests: readonly Guest[], intro?: string): string =>
  upidOrRefusal(
    workOnGuests(
      call.world,
      { user: call.rights.name },
      {
        node: call.node,
        type,
        verb,
        groups: grouped(guests, verb !== "start"),
        parallel: parallel(call, type.startsWith("bulk-") ? 4 : verb === "start" ? 1 : Math.max(1, call.world.nodes[call.node]?.hardware.cpus ?? 1)),
        timeoutMs: (call.number("timeout") ?? 180) * 1000,
        force: call.flag("force-stop", true),
        ...(intro === undefined ? {} : { intro }),
      },
    ),
  );

const onNode = (kind: Kind) => (call: Call): unknown => {
  const { world, node } = call;
  const guests = chosen(call, "VM.PowerMgmt").filter((guest) => guest.node === node);
  if (kind.verb !== "start") return begin(call, kind, guests.filter(isRunning));
  if (!hasQuorum(world, node)) fail("cluster not ready - no quorum?");
  // Resources of HA are HA's to start.
  const own = guests.filter((guest) => world.ha.resources[`${guest.kind === "qemu" ? "vm" : "ct"}:${guest.vmid}`] === undefined);
  return begin(call, kind, own.filter((guest) => call.flag("force") || `${guest.config.onboot ?? 0}` === "1"));
};

const words: Record<BulkVerb, string> = { start: "Starting", shutdown: "Shutting down", stop: "Stopping", suspend: "Suspending" };

const onCluster = (kind: Kind) => (call: Call): unknown => {
  const asked = call.list("vms");
  const intro = asked.length > 0 ? `${words[kind.verb]} guests: ${asked.join(", ")}` : `${words[kind.verb]} all guests`;
  return begin(call, kind, chosen(call, "VM.PowerMgmt"), intro);
};

const migrate = (call: Call): unknown => {
  call.list("vms");
  return notModelled("the migration of many guests at once");
};

export const bulkWork: Handlers = {
  "POST /nodes/{node}/startall": onNode({ verb: "start", type: "startall" }),
  "POST /nodes/{node}/stopall": onNode({ verb: "stop", type: "stopall" }),
  "POST /nodes/{node}/suspendall": onNode({ verb: "suspend", type: "suspendall" }),
  "POST /nodes/{node}/migrateall": migrate,
  "GET /cluster/bulk-action/guest": () => ["start", "shutdown", "migrate", "suspend"].map((name) => ({ name })),
  "POST /cluster/bulk-action/guest/start": onCluster({ verb: "start", type: "bulk-start" }),
  "POST /cluster/bulk-action/guest/shutdown": onCluster({ verb: "shutdown", type: "bulk-shutdown" }),
  "POST /cluster/bulk-action/guest/suspend": onCluster({ verb: "suspend", type: "bulk-suspend" }),
  "POST /cluster/bulk-action/guest/migrate": migrate,
};
