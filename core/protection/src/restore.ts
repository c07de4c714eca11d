import {
  formatBytes,
  type Guest,
  type Inventory,
  isUnknown,
  linkSpeed,
  type NodeName,
  refText,
  type Scenario,
  type Unknown,
} from "@orrery/model";
import { bytesOf, type Copy } from "./copies.ts";
import { distinct, exactly, type Figure, type Span, spanOf, sumOf, worseOf } from "./figure.ts";
import { type Flow, type Job, pack } from "./flow.ts";
import type { Loss } from "./loss.ts";
import { haHandover, haTakeover, leastReserve, restoreStream, takeover, takeoverAfterQuorum } from "./proxmox-times.ts";
import { retrievalOf } from "./storage-class.ts";

/** A guest to bring back, and what from; without a copy its disks are still there and it only has to boot. */
export type Restoring = { readonly guest: Guest; readonly from?: Copy };

type Lane = { readonly id: NodeName };

/** Capacities in bytes/s by link and disk, and what is not known of them. */
class Ground {
  readonly capacities = new Map<string, number>();
  readonly missing = new Set<string>();
  readonly #inventory: Inventory;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Declares a link or disk; gives its id back. */
  of(id: string, bytesPerSecond: number | Unknown | undefined, otherwise: string): string {
    if (typeof bytesPerSecond === "number") this.capacities.set(id, bytesPerSecond);
    else this.missing.add(bytesPerSecond?.why ?? otherwise);
    return id;
  }

  link(node: NodeName): { id: string; cap?: number } {
    const declared = this.#inventory.nodes.get(node);
    const speed = declared && (linkSpeed(declared, "backup") ?? linkSpeed(declared, "management"));
    const id = this.of(`link of ${node}`, speed && speed.total / 8, `no link of ${node} is declared to carry backups`);
    return speed === undefined ? { id } : { id, cap: speed.flow / 8 };
  }
}

const nodeServing = (copy: Copy): NodeName | undefined => {
  for (const component of copy.home.on) if (component.kind === "node") return component.node;
  return undefined;
};

type Route = Pick<Flow, "through" | "cap">;

/** From where a copy is kept, over the links, to the disks of a node. */
const routeOf = (inventory: Inventory, ground: Ground, { guest, from }: Restoring, lane: NodeName): Route => {
  if (from === undefined) return { through: [] };
  const through: string[] = [];
  const caps: number[] = [restoreStream];
  if (from.storage !== undefined) {
    through.push(ground.of(`read ${from.to}`, from.storage.read, ""));
    if (from.storage.home.on === "cloud") {
      const down = inventory.lab.network.uplinks[from.storage.home.uplink]?.down;
      const rate = typeof down === "number" ? down / 8 : down;
      through.push(ground.of(`uplink ${from.storage.home.uplink}`, rate, "the uplink is declared nowhere"));
    }
  }
  const server = nodeServing(from);
  if (server !== lane) {
    for (const node of server === undefined ? [lane] : [server, lane]) {
      const { id, cap } = ground.link(node);
      through.push(id);
      if (cap !== undefined) caps.push(cap);
    }
  }
  for (const disk of guest.disks) {
    const storage = inventory.storageOf(disk.storage);
    if (storage === undefined) {
      ground.missing.add(`"${refText(disk.storage)}" is no declared storage`);
      continue;
    }
    const own = storage.home.on === "each node" || storage.home.on === "node";
    const name = refText(disk.storage);
    const id = ground.of(own ? `write ${name} of ${lane}` : `write ${name}`, storage.write, "");
    if (!through.includes(id)) through.push(id);
  }
  const limit = inventory.lab.backup.bandwidthLimit;
  if (limit !== undefined) caps.push(limit / 8);
  return { through, cap: Math.min(...caps) };
};

/** Routes to every lane, one for all that come from the same copy to the same storages. */
const routesOf = (
  inventory: Inventory,
  ground: Ground,
  restoring: readonly Restoring[],
  lanes: readonly Lane[],
): ReadonlyMap<Restoring, ReadonlyMap<NodeName, Route>> => {
  const alike = new Map<string, ReadonlyMap<NodeName, Route>>();
  const routes = new Map<Restoring, ReadonlyMap<NodeName, Route>>();
  for (const one of restoring) {
    const key = `${one.from?.stream.name ?? ""} ${one.guest.disks.map(({ storage }) => refText(storage)).join(" ")}`;
    let own = alike.get(key);
    if (own === undefined) {
      own = new Map(lanes.map(({ id }) => [id, routeOf(inventory, ground, one, id)]));
      alike.set(key, own);
    }
    routes.set(one, own);
  }
  return routes;
};

const tierOf = ({ recoveryTier }: Guest): number =>
  typeof recoveryTier === "number" ? recoveryTier : Number.MAX_SAFE_INTEGER;

/** By recovery tier, then name; what has no tier comes last. */
const inOrder = (restoring: readonly Restoring[]): readonly Restoring[] =>
  [...restoring].sort(
    (a, b) =>
      tierOf(a.guest) - tierOf(b.guest) || (a.guest.name < b.guest.name ? -1 : a.guest.name > b.guest.name ? 1 : 0),
  );

const bootOf = ({ bootTime }: Guest, outlook: "least" | "most"): number =>
  typeof bootTime === "number" ? bootTime : outlook === "least" ? 0 : Number.POSITIVE_INFINITY;

/** Bytes of memory that nodes have left beside the guests that run on them still. */
const roomsOf = (inventory: Inventory, lanes: readonly Lane[], gone: ReadonlySet<Guest>): Map<NodeName, number> =>
  new Map(
    lanes.map(({ id }) => {
      const node = inventory.nodes.get(id);
      const reserve = node === undefined || isUnknown(node.memoryReserve) ? leastReserve : node.memoryReserve;
      const taken = (inventory.guestsOn.get(id) ?? []).reduce(
        (sum, guest) => sum + (guest.state !== "running" || gone.has(guest) ? 0 : memoryOf(guest)),
        0,
      );
      return [id, (node?.memory ?? 0) - reserve - taken];
    }),
  );

const memoryOf = ({ memory }: Guest): number => (isUnknown(memory) ? 0 : memory);

/**
 * The node for each guest, in order: of those with the memory for it, which has the least to write so far, the first by
 * name of equals. Who finds none is left out.
 */
const assigned = (
  inventory: Inventory,
  order: readonly Restoring[],
  lanes: readonly Lane[],
): ReadonlyMap<Restoring, NodeName> => {
  const rooms = roomsOf(inventory, lanes, new Set(order.map(({ guest }) => guest)));
  const queued = new Map<NodeName, number>(lanes.map(({ id }) => [id, 0]));
  const places = new Map<Restoring, NodeName>();
  for (const one of order) {
    const needs = memoryOf(one.guest);
    const [node] = lanes
      .map(({ id }) => id)
      .filter((id) => (rooms.get(id) ?? 0) >= needs)
      .sort((a, b) => (queued.get(a) ?? 0) - (queued.get(b) ?? 0) || (a < b ? -1 : 1));
    if (node === undefined) continue;
    places.set(one, node);
    rooms.set(node, (rooms.get(node) ?? 0) - needs);
    queued.set(node, (queued.get(node) ?? 0) + (one.from === undefined ? 0 : bytesOf([one.guest]).most));
  }
  return places;
};

/** When all are up: each boots once it is restored and those that it starts after are up. */
const upAfter = (
  order: readonly Restoring[],
  restored: (index: number) => number,
  boot: (guest: Guest) => number,
): number => {
  const up = new Map<string, number>();
  let last = 0;
  const indexes = new Map(order.map(({ guest }, index) => [guest.name as string, index]));
  const upOf = (name: string, above: readonly string[]): number => {
    const done = up.get(name);
    const index = indexes.get(name);
    const one = index === undefined ? undefined : order[index];
    if (done !== undefined || index === undefined || one === undefined) return done ?? 0;
    if (above.includes(name)) return 0;
    const waits = one.guest.startsAfter.map((before) => upOf(before, [...above, name]));
    const at = Math.max(restored(index), ...waits) + boot(one.guest);
    up.set(name, at);
    return at;
  };
  for (const { guest } of order) last = Math.max(last, upOf(guest.name, []));
  return last;
};

/** Restoring and booting guests onto nodes, one restore at a time on each node. Those that find no memory anywhere are not in it. */
const packed = (
  inventory: Inventory,
  restoring: readonly Restoring[],
  lanes: readonly Lane[],
  ownNode: boolean,
): Span => {
  const ground = new Ground(inventory);
  const sorted = inOrder(restoring);
  const places = ownNode ? undefined : assigned(inventory, sorted, lanes);
  const order = places === undefined ? sorted : sorted.filter((one) => places.has(one));
  const possible = ownNode
    ? lanes.filter(({ id }) => restoring.some(({ guest }) => inventory.nodeOf(guest.node) === id))
    : lanes;
  const routes = routesOf(inventory, ground, order, possible.length > 0 ? possible : lanes);
  const makespan = (outlook: "least" | "most"): number => {
    const jobs = order.map((one, index): Job<Lane> => {
      const bytes = bytesOf([one.guest])[outlook];
      const home = places === undefined ? inventory.nodeOf(one.guest.node) : places.get(one);
      return {
        id: `${index}`,
        fits: (lane) => home === undefined || lane.id === home,
        flow: (lane) => ({
          ...(routes.get(one)?.get(lane.id) ?? { through: [] }),
          id: `${index}`,
          bytes: one.from === undefined ? 0 : bytes,
        }),
        after: 0,
      };
    });
    const { makespan: span, finished } = pack(jobs, lanes, ground.capacities);
    if (span === Number.POSITIVE_INFINITY) return span;
    return upAfter(
      order,
      (index) => finished.get(`${index}`) ?? 0,
      (guest) => bootOf(guest, outlook),
    );
  };
  const least = makespan("least");
  const unlimited = ground.missing.size > 0;
  const exact = order.every(({ guest, from }) => {
    const { least: used, most: size } = bytesOf([guest]);
    return typeof guest.bootTime === "number" && (from === undefined || used === size);
  });
  const most = unlimited ? Number.POSITIVE_INFINITY : exact ? least : makespan("most");
  for (const { guest, from } of order) {
    if (from !== undefined) for (const why of bytesOf([guest]).missing) ground.missing.add(why);
    if (isUnknown(guest.bootTime)) ground.missing.add(guest.bootTime.why);
  }
  return { least, missing: [...ground.missing], ...(most === Number.POSITIVE_INFINITY ? {} : { most }) };
};

/** HA restarts it by itself: its node is gone, and the cluster has quorum still. */
const isByHa = (inventory: Inventory, loss: Loss, { guest, from }: Restoring): boolean =>
  from === undefined &&
  guest.ha === true &&
  guest.devices.length === 0 &&
  !loss.site &&
  loss.nodes.length > 0 &&
  keepsQuorum(inventory, loss);

const keepsQuorum = ({ lab: { cluster } }: Inventory, loss: Loss): boolean => {
  const left = Object.entries(cluster.nodes).reduce(
    (sum, [name, { votes }]) => sum + (loss.failed.has(`node ${name}`) ? 0 : votes),
    cluster.qdevice?.votes ?? 0,
  );
  return left > cluster.expectedVotes / 2;
};

/** Which node holds the HA manager when it happens, nobody can say beforehand. */
const wherever = ({ least, most }: { readonly least: number; readonly most: number }): Span => ({
  least,
  most,
  missing: ["which node the HA manager is on when it happens"],
});

/** Bringing guests' files from nodes that are dead to nodes that live. */
const takeoverSpan = (inventory: Inventory, scenario: Scenario, loss: Loss): Span => {
  if (loss.nodes.length === 0 || loss.site || scenario.replacement !== undefined) return exactly(0);
  return keepsQuorum(inventory, loss) ? exactly(takeover) : wherever(takeoverAfterQuorum);
};

/** What HA does by itself, nobody being asked: all at once on the nodes that are left. */
const haTime = (restoring: readonly Restoring[]): Figure => {
  const order = inOrder(restoring);
  const boot = (outlook: "least" | "most"): number =>
    order.reduce((most, { guest }) => Math.max(most, bootOf(guest, outlook)), 0);
  const most = boot("most");
  const count = order.length === 1 ? "1 guest" : `${order.length} guests`;
  const missing = order.flatMap(({ guest }) => (isUnknown(guest.bootTime) ? [guest.bootTime.why] : []));
  return sumOf([
    { label: "until HA takes over", span: wherever(haTakeover) },
    {
      label: `start of ${count}`,
      span: { least: boot("least"), ...(Number.isFinite(most) ? { most } : {}), missing: distinct(missing) },
    },
  ]);
};

const retrievalFrom = (copy: Copy | undefined): Span =>
  copy?.storage === undefined ? exactly(0) : retrievalOf(copy.storage);

/**
 * How long it takes from a failure until all of some guests are back. What HA restarts needs nobody: its locks lapse, and
 * it starts them. For the others: detection, replacement of what is gone, taking them over from nodes that are dead,
 * retrieval, then restore and boot, packed by what runs at once on which link and disk. Waiting for somebody to come on
 * duty is not in it. Restored where they were, or onto the nodes that are left and have the memory; after a site's loss
 * onto hardware like the old.
 *
 * Not modelled: links between switches. Guests that the nodes which are left have no memory for are left out: that they
 * have none is for capacity to tell.
 */
export const recoveryTime = (
  inventory: Inventory,
  scenario: Scenario,
  loss: Loss,
  restoring: readonly Restoring[],
): Figure => {
  const byHa = restoring.filter((one) => isByHa(inventory, loss, one));
  if (byHa.length === 0) return byHand(inventory, scenario, loss, restoring);
  const rest = restoring.filter((one) => !byHa.includes(one));
  const alone = haTime(byHa);
  return rest.length === 0 ? alone : worseOf(byHand(inventory, scenario, loss, rest), alone);
};

const byHand = (inventory: Inventory, scenario: Scenario, loss: Loss, restoring: readonly Restoring[]): Figure => {
  const all = [...inventory.nodes.keys()];
  const left = loss.site ? all : all.filter((node) => !loss.failed.has(`node ${node}`));
  // Where none is left, what replaces the nodes is like them.
  const lanes: Lane[] = (left.length === 0 && scenario.replacement !== undefined ? all : left).map((id) => ({ id }));
  if (lanes.length === 0) return { kind: "none", why: "no node is left to restore to" };
  const ownNode = loss.nodes.length === 0;
  const sources = new Map<Copy | undefined, Restoring[]>();
  for (const one of restoring) {
    const same = sources.get(one.from);
    if (same === undefined) sources.set(one.from, [one]);
    else same.push(one);
  }
  let slowest: { retrieval: Span; restore: Span; from: Copy | undefined; guests: number } | undefined;
  const missing = new Set<string>();
  let retrievalMost: number | undefined = 0;
  for (const [from, batch] of sources) {
    const retrieval = retrievalFrom(from);
    const restore = packed(inventory, batch, lanes, ownNode);
    for (const why of [...retrieval.missing, ...restore.missing]) missing.add(why);
    retrievalMost =
      retrievalMost === undefined || retrieval.most === undefined ? undefined : Math.max(retrievalMost, retrieval.most);
    if (slowest === undefined || retrieval.least + restore.least > slowest.retrieval.least + slowest.restore.least)
      slowest = { retrieval, restore, from, guests: batch.length };
  }
  if (slowest === undefined) return sumOf([{ label: "nothing to restore", span: exactly(0) }]);
  const whole = sources.size === 1 ? slowest.restore : packed(inventory, restoring, lanes, ownNode);
  const span = (least: number, most: number | undefined): Span => ({
    least,
    ...(most === undefined ? {} : { most }),
    missing: most === least ? [] : [...missing],
  });
  const bytes = bytesOf(restoring.filter((one) => one.from === slowest.from).map((one) => one.guest));
  const amount =
    slowest.from === undefined
      ? ""
      : bytes.least === bytes.most
        ? ` of ${formatBytes(bytes.least)}`
        : ` of up to ${formatBytes(bytes.most)}`;
  const count = slowest.guests === 1 ? "1 guest" : `${slowest.guests} guests`;
  const doing =
    slowest.from === undefined ? `start of ${count}` : `restore${amount} and boot, ${count} from ${slowest.from.to}`;
  const replacement: Span =
    scenario.replacement !== undefined
      ? spanOf(scenario.replacement)
      : loss.site
        ? { least: 0, missing: ["how soon hardware to restore to is there is not declared"] }
        : exactly(0);
  const isKept = restoring.some(({ guest, from }) => from !== undefined && guest.ha === true);
  const taking = takeoverSpan(inventory, scenario, loss);
  const detection = spanOf(inventory.lab.service.detection);
  const figure = sumOf([
    { label: "detection", span: detection },
    { label: "replacement", span: replacement },
    { label: "taking over", span: taking },
    { label: "retrieval", span: span(slowest.retrieval.least, retrievalMost) },
    { label: doing, span: span(slowest.restore.least, whole.most) },
    { label: "for HA to let go and start", span: exactly(isKept ? haHandover : 0) },
  ]);
  if (figure.kind !== "at least") return figure;
  return {
    ...figure,
    missing: distinct([...detection.missing, ...replacement.missing, ...taking.missing, ...missing]),
  };
};
