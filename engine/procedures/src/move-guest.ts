import { type Clock, PveError } from "@orrery/contract";
import type { Port } from "@orrery/workflow";
import { rowIn, rowsIn, textIn } from "./answers.ts";
import { needQuorum } from "./standing.ts";
import { Halted, lookEvery, runTask } from "./task.ts";

export type GuestMove = {
  readonly vmid: number;
  readonly kind: "qemu" | "lxc";
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** How long it should take, as far as that is known: the longer, the less often it is looked at. */
  readonly seconds?: number;
};

/** Has HA begun what it was asked for within this time? Its managers come by every 10 s. */
const haPatienceMs = 180_000;
/** What HA has not begun by then, it did not hear. */
const haDeafMs = 30_000;

type Place = { readonly node: string; readonly running: boolean; readonly ha: string | undefined };

export const whereIs = async (pve: Port, vmid: number): Promise<Place | undefined> => {
  const rows = rowsIn((await pve.request("GET", "/cluster/resources", { type: "vm" })).data);
  const row = rows.find((one) => one.vmid === vmid);
  if (row === undefined) return undefined;
  const ha = row.hastate;
  return { node: textIn(row.node), running: row.status === "running", ha: typeof ha === "string" ? ha : undefined };
};

/** A guest as a node has it: one request, however many guests there are. Undefined where it is not there. */
const on = async (
  pve: Port,
  { vmid, kind }: Pick<GuestMove, "vmid" | "kind">,
  node: string,
): Promise<{ readonly running: boolean } | undefined> => {
  try {
    const { data } = await pve.request("GET", `/nodes/{node}/${kind}/{vmid}/status/current`, { node, vmid });
    return { running: rowIn(data).status === "running" };
  } catch (error) {
    if (error instanceof PveError && error.kind === "missing") return undefined;
    throw error;
  }
};

/**
 * HA answers at once and moves it when its managers come by: followed until it is there, or they gave up. They forget what
 * is asked of them before they see the target online, so that it is asked again.
 */
const followHa = async (
  pve: Port,
  clock: Clock,
  { vmid, name, from, to, seconds }: GuestMove,
  ask: () => Promise<unknown>,
): Promise<void> => {
  const began = clock.monotonic();
  let asked = began;
  let moving = false;
  for (;;) {
    const place = await whereIs(pve, vmid);
    if (place === undefined) throw new Halted(`${name} is gone while HA moves it to ${to}.`);
    if (place.node === to && place.running && place.ha === "started") return;
    if (place.ha === "error") throw new Halted(`HA gave ${name} up on its way to ${to}: its state is error.`);
    const now = clock.monotonic();
    if (place.ha === "migrate" || place.ha === "relocate") moving = true;
    else if (place.node === from && (moving || now - began > haPatienceMs))
      throw new Halted(`HA left ${name} on ${from}: it did not go to ${to}. See the task log of ${from}.`);
    else if (place.node === from && place.ha === "started" && now - asked > haDeafMs) {
      const { online } = await needQuorum(pve, `move ${name} to ${to}`);
      if (!online.has(to)) throw new Halted(`Cannot move ${name} to ${to}: ${to} is offline.`);
      asked = now;
      await ask();
    }
    await clock.sleep(lookEvery(seconds));
  }
};

/**
 * Moves one guest: running virtual machines live with their local disks, running containers by a restart. It looks before
 * it acts: one that is there already is left alone, one that is elsewhere is none of this move. Throws where the cluster has
 * no quorum, where the target is not online, and where the move failed.
 */
export const moveGuest = async (pve: Port, clock: Clock, move: GuestMove): Promise<"moved" | "there"> => {
  const { vmid, kind, name, from, to } = move;
  const place = await on(pve, move, from);
  if (place === undefined) {
    if ((await on(pve, move, to)) !== undefined) return "there";
    throw new Halted(`${name} is no longer on ${from}: somebody else moved it. Plan again.`);
  }
  const { online } = await needQuorum(pve, `move ${name} to ${to}`);
  if (!online.has(to)) throw new Halted(`Cannot move ${name} to ${to}: ${to} is offline.`);
  const how = place.running ? (kind === "qemu" ? { online: 1, "with-local-disks": 1 } : { restart: 1 }) : {};
  const ask = (): Promise<string> =>
    runTask(pve, {
      path: `/nodes/{node}/${kind}/{vmid}/migrate`,
      parameters: { node: from, vmid, target: to, ...how },
      what: `The move of ${name} from ${from} to ${to}`,
      ...(move.seconds === undefined ? {} : { seconds: move.seconds }),
    });
  const upid = await ask();
  if (upid.includes(":hamigrate:")) await followHa(pve, clock, move, ask);
  if ((await on(pve, move, to)) !== undefined) return "moved";
  throw new Halted(`${name} is on ${(await whereIs(pve, vmid))?.node ?? "no node"} after its move to ${to}.`);
};
