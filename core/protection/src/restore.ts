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
import { distinct, exactly, type Figure, type Span, spanOf, sumOf } from "./figure.ts";
import { type Flow, type Job, pack } from "./flow.ts";
import type { Loss } from "./loss.ts";
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
  const caps: number[] = [];
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
  return { through, ...(caps.length === 0 ? {} : { cap: Math.min(...caps) }) };
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

/** Restoring and booting guests onto nodes, one restore at a time on each node. */
const packed = (
  inventory: Inventory,
  restoring: readonly Restoring[],
  lanes: readonly Lane[],
  ownNode: boolean,
): Span => {
  const ground = new Ground(inventory);
  const order = inOrder(restoring);
  const possible = ownNode
    ? lanes.filter(({ id }) => restoring.some(({ guest }) => inventory.nodeOf(guest.node) === id))
    : lanes;
  const routes = routesOf(inventory, ground, order, possible.length > 0 ? possible : lanes);
  const makespan = (outlook: "least" | "most"): number => {
    const jobs = order.map((one, index): Job<Lane> => {
      const bytes = bytesOf([one.guest])[outlook];
      const home = ownNode ? inventory.nodeOf(one.guest.node) : undefined;
      return {
        id: `${index}`,
        fits: (lane) => home === undefined || lane.id === home,
        flow: (lane) => ({
          ...(routes.get(one)?.get(lane.id) ?? { through: [] }),
          id: `${index}`,
          bytes: one.from === undefined ? 0 : bytes,
        }),
        after: bootOf(one.guest, outlook),
      };
    });
    return pack(jobs, lanes, ground.capacities).makespan;
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

const retrievalFrom = (copy: Copy | undefined): Span =>
  copy?.storage === undefined ? exactly(0) : retrievalOf(copy.storage);

/**
 * How long it takes from a failure until all of some guests are back: detection, replacement of what is gone, retrieval,
 * then restore and boot, packed by what runs at once on which link and disk. Waiting for somebody to come on duty is not
 * in it. Restored where they were, or onto the nodes that are left; after a site's loss onto hardware like the old.
 *
 * Not modelled: links between switches, and whether the nodes that are left have the memory.
 */
export const recoveryTime = (
  inventory: Inventory,
  scenario: Scenario,
  loss: Loss,
  restoring: readonly Restoring[],
): Figure => {
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
  const detection = spanOf(inventory.lab.service.detection);
  const figure = sumOf([
    { label: "detection", span: detection },
    { label: "replacement", span: replacement },
    { label: "retrieval", span: span(slowest.retrieval.least, retrievalMost) },
    { label: doing, span: span(slowest.restore.least, whole.most) },
  ]);
  if (figure.kind !== "at least") return figure;
  return { ...figure, missing: distinct([...detection.missing, ...replacement.missing, ...missing]) };
};
