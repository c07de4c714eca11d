import { type BulkVerb, type Guest, isTemplate, propertyOf, workOnGuests } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { upidOrRefusal } from "../start.ts";

const orderOf = (guest: Guest): number => {
  const order = propertyOf(String(guest.config.startup ?? ""), "order", "order");
  return order === undefined || !/^\d+$/.test(order) ? Number.MAX_SAFE_INTEGER : Number(order);
};

/** Guests by start order, the lowest first; those of one order are one group. */
const grouped = (guests: readonly Guest[], reverse: boolean): number[][] => {
  const groups = Map.groupBy(
    guests.toSorted((one, other) => one.vmid - other.vmid),
    orderOf,
  );
  const sorted = [...groups]
    .toSorted(([one], [other]) => one - other)
    .map(([, group]) => group.map(({ vmid }) => vmid));
  return reverse ? sorted.toReversed() : sorted;
};

/** Refuses a caller without a privilege on everything, or on each of the guests that were named. */
export const needOnGuests = (call: Call, privilege: string): void => {
  if (call.rights.has("/", privilege)) return;
  const named = call.list("vms");
  if (named.length === 0) call.rights.need("/", privilege);
  for (const vmid of named) call.rights.need(`/vms/${vmid}`, privilege);
};

const workers = (call: Call): number =>
  call.number("max-workers") ?? call.number("maxworkers") ?? (Number(call.world.cluster.options.max_workers ?? 0) || 4);

const words: Record<BulkVerb, string> = {
  start: "Starting",
  shutdown: "Shutting down",
  suspend: "Suspending",
  migrate: "Migrating",
};

const bulk =
  (verb: BulkVerb) =>
  (call: Call): unknown => {
    needOnGuests(call, verb === "migrate" ? "VM.Migrate" : "VM.PowerMgmt");
    const target = call.text("target") ?? "";
    if (verb === "migrate" && call.world.nodes[target] === undefined) fail(`no such cluster node '${target}'`);
    const named = call.list("vms");
    const guests = Object.values(call.world.guests)
      .filter((guest) => named.length === 0 || named.includes(String(guest.vmid)))
      .filter((guest) => !isTemplate(guest))
      .filter((guest) => verb !== "suspend" || guest.kind === "qemu");
    const towards = verb === "migrate" ? ` to '${target}'` : "";
    const whom = named.length > 0 ? `guests${towards}: ${named.join(", ")}` : `all guests${towards}`;
    return upidOrRefusal(
      workOnGuests(
        call.world,
        { user: call.rights.name },
        {
          node: call.node,
          type: `bulk-${verb}`,
          verb,
          groups: grouped(guests, verb !== "start"),
          parallel: workers(call),
          timeoutMs: (call.number("timeout") ?? 180) * 1000,
          force: call.flag("force-stop", true),
          target,
          localDisks: call.flag("with-local-disks"),
          online: call.flag("online", true),
          intro: `${words[verb]} ${whom}`,
        },
      ),
    );
  };

export const bulkWork: Handlers = {
  "GET /cluster/bulk-action/guest": () => ["start", "shutdown", "migrate", "suspend"].map((name) => ({ name })),
  "POST /cluster/bulk-action/guest/start": bulk("start"),
  "POST /cluster/bulk-action/guest/shutdown": bulk("shutdown"),
  "POST /cluster/bulk-action/guest/suspend": bulk("suspend"),
  "POST /cluster/bulk-action/guest/migrate": bulk("migrate"),
};
