import type { Clock } from "@orrery/contract";
import type { Port, Tell } from "@orrery/workflow";
import { listIn, rowIn, rowsIn, textIn } from "./answers.ts";
import { whereIs } from "./move-guest.ts";
import { footingOf, needQuorum } from "./standing.ts";
import { Halted } from "./task.ts";

export type Stranded = { readonly vmid: number; readonly kind: "qemu" | "lxc"; readonly name: string };

/** A dead node's lock lapses after 2 min, and HA's managers come by every 10 s; so long nobody worries. */
const patienceMs = 600_000;
const lookMs = 2_000;

const sidOf = ({ kind, vmid }: Stranded): string => `${kind === "qemu" ? "vm" : "ct"}:${vmid}`;
const ruleOf = ({ vmid }: Stranded): string => `orrery-takeover-${vmid}`;

/** Waits until HA has it where it should be, or in the state that it should have. */
const until = async (
  pve: Port,
  clock: Clock,
  guest: Stranded,
  { what, holds }: { what: string; holds: (place: NonNullable<Awaited<ReturnType<typeof whereIs>>>) => boolean },
): Promise<string> => {
  const began = clock.monotonic();
  for (;;) {
    const place = await whereIs(pve, guest.vmid);
    if (place === undefined) throw new Halted(`${guest.name} is gone: nobody has its configuration any more.`);
    if (holds(place)) return place.node;
    if (clock.monotonic() - began > patienceMs)
      throw new Halted(
        `HA has not ${what} ${guest.name} within 10 min: it is ${place.ha ?? "no resource"} on ${place.node}.`,
      );
    await clock.sleep(lookMs);
  }
};

type Takeover = {
  readonly guest: Stranded;
  readonly to: string;
  readonly wasHa: boolean;
  readonly tell: Tell;
};

/** Rules, or the group of 8.4, that hold a guest to nodes name one more: HA would bring it there no other way, nor leave it. */
const admit = async (pve: Port, { guest, to, tell }: Takeover): Promise<void> => {
  const sid = sidOf(guest);
  const extended = async (path: string, name: string, id: string, nodes: unknown, more: object): Promise<void> => {
    const before = listIn(nodes);
    if (before.some((node) => node.replace(/:.*$/, "") === to)) return;
    await pve.request("PUT", path, { [name]: id, nodes: [...before, to].join(","), ...more });
    tell({ kind: "says", what: `the HA ${name} ${id} names ${to} too, for ${guest.name}` });
  };
  if (pve.version === "8.4") {
    const { group } = rowIn((await pve.request("GET", "/cluster/ha/resources/{sid}", { sid })).data);
    const id = textIn(group);
    if (id === "") return;
    const row = rowIn((await pve.request("GET", "/cluster/ha/groups/{group}", { group: id })).data);
    if (row.restricted === 1) await extended("/cluster/ha/groups/{group}", "group", id, row.nodes, {});
    return;
  }
  for (const row of rowsIn((await pve.request("GET", "/cluster/ha/rules", { resource: sid })).data))
    if (row.type === "node-affinity" && row.strict === 1 && row.disable !== 1)
      await extended("/cluster/ha/rules/{rule}", "rule", textIn(row.rule), row.nodes, { type: "node-affinity" });
};

/**
 * Brings the configuration of a guest from a node that is off to one that is online. The API has one way to do that: the
 * HA manager takes the node's guests over once it has fenced it. So the guest is its resource, stopped, until it is there,
 * and a rule says where to.
 */
export const takeOver = async (pve: Port, clock: Clock, asked: Takeover): Promise<void> => {
  const { guest, to, wasHa } = asked;
  const sid = sidOf(guest);
  const { online } = await needQuorum(pve, `take ${guest.name} over`);
  if (!online.has(to)) throw new Halted(`Cannot take ${guest.name} over to ${to}: ${to} is offline.`);
  if (wasHa) {
    // What HA gave up has to be disabled before anything else can be asked of it.
    if ((await whereIs(pve, guest.vmid))?.ha === "error") {
      await pve.request("PUT", "/cluster/ha/resources/{sid}", { sid, state: "disabled" });
      await until(pve, clock, guest, { what: "let go of", holds: ({ ha }) => ha !== "error" });
    }
    await pve.request("PUT", "/cluster/ha/resources/{sid}", { sid, state: "stopped" });
    await admit(pve, asked);
  } else
    await pve.request("POST", "/cluster/ha/resources", {
      sid,
      state: "stopped",
      comment: "taken over from a dead node",
    });
  const rule = ruleOf(guest);
  const steers = pve.version !== "8.4" && !wasHa;
  if (steers)
    await pve.request("POST", "/cluster/ha/rules", {
      rule,
      type: "node-affinity",
      resources: sid,
      nodes: to,
      strict: 1,
    });
  await until(pve, clock, guest, {
    what: "taken over",
    holds: ({ node, ha }) => online.has(node) && ha === "stopped",
  });
  if (steers) await pve.request("DELETE", "/cluster/ha/rules/{rule}", { rule });
  if (!wasHa) await pve.request("DELETE", "/cluster/ha/resources/{sid}", { sid });
};

/** Has HA leave a guest alone, so that its disks can be replaced. */
export const standAside = async (pve: Port, clock: Clock, guest: Stranded): Promise<void> => {
  await needQuorum(pve, `stop ${guest.name}`);
  await pve.request("PUT", "/cluster/ha/resources/{sid}", { sid: sidOf(guest), state: "disabled" });
  await until(pve, clock, guest, {
    what: "stopped",
    holds: ({ running, ha }) => !running && (ha === "stopped" || ha === "disabled"),
  });
};

/** Has HA start it, where it is. */
export const handBack = async (pve: Port, guest: Stranded): Promise<void> => {
  await needQuorum(pve, `start ${guest.name}`);
  await pve.request("PUT", "/cluster/ha/resources/{sid}", { sid: sidOf(guest), state: "started" });
};

/** Waits until HA runs a guest on a node that is online. Answers which. */
export const awaitHa = async (pve: Port, clock: Clock, guest: Stranded): Promise<string> => {
  const began = clock.monotonic();
  for (;;) {
    const place = await whereIs(pve, guest.vmid);
    const { online } = await footingOf(pve);
    if (place?.running && online.has(place.node)) return place.node;
    if (place?.ha === "error") throw new Halted(`HA gave ${guest.name} up: its state is error.`);
    if (clock.monotonic() - began > patienceMs) throw new Halted(`HA has not started ${guest.name} within 10 min.`);
    await clock.sleep(lookMs);
  }
};
