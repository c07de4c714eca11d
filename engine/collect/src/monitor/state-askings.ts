import { type ClusterPart, type NodePart, unasked } from "@orrery/state";
import { clusterParts, clusterReaders, missingParts } from "../cluster-parts.ts";
import { nodeReaders } from "../node-parts.ts";
import type { Reader } from "../reader.ts";
import { type Rights, readRights } from "../rights.ts";
import { Asking } from "./asking.ts";
import type { Latest } from "./latest.ts";
import { hourly, type Pace, tenMinutes } from "./section.ts";

/** Parts of a cluster state that a section of the monitor brings already. */
const sectionParts = ["votes", "haStatus", "tasks"] as const;
const sectionNodeParts = [
  "status",
  "disks",
  "updates",
  "services",
  "subscription",
  "certificates",
  "replication",
] as const;

type OwnPart = Exclude<ClusterPart, (typeof sectionParts)[number]>;
type OwnNodePart = Exclude<NodePart, (typeof sectionNodeParts)[number]>;

const isOwn = (part: ClusterPart): part is OwnPart => !(sectionParts as readonly ClusterPart[]).includes(part);

const nodePaces: Readonly<Record<OwnNodePart, Pace>> = {
  network: tenMinutes,
  dns: tenMinutes,
  time: tenMinutes,
  hosts: tenMinutes,
  config: tenMinutes,
  firewall: tenMinutes,
  runStates: tenMinutes,
  packages: hourly,
  pci: hourly,
  usb: hourly,
};
const ownNodeParts = Object.keys(nodePaces) as readonly OwnNodePart[];

/** What a cluster state has beside what is measured: read slowly, each part at its own time. */
export class StateAskings {
  readonly #reader: () => Reader;
  readonly #cluster: ReadonlyMap<ClusterPart, Asking>;
  readonly #nodes = new Map<string, ReadonlyMap<NodePart, Asking>>();
  readonly #rights: Asking<Rights>;

  constructor(reader: () => Reader, now: number) {
    this.#reader = reader;
    const of = (section: string) => ({ section, subject: "", node: "", pace: tenMinutes });
    this.#rights = new Asking(of("rights"), () => readRights(reader()), now);
    this.#cluster = new Map(
      clusterParts
        .filter(isOwn)
        .map((part) => [part, new Asking<unknown>(of(part), () => clusterReaders[part](reader()), now)]),
    );
  }

  get rights(): Latest<Rights> {
    return this.#rights.latest();
  }

  /** Begins to ask about nodes that are new, and forgets those that are gone. */
  follow(names: readonly string[], now: number): void {
    for (const name of this.#nodes.keys()) if (!names.includes(name)) this.#nodes.delete(name);
    for (const name of names) if (!this.#nodes.has(name)) this.#nodes.set(name, this.#ofNode(name, now));
  }

  #ofNode(node: string, now: number): ReadonlyMap<NodePart, Asking> {
    return new Map(
      ownNodeParts.map((part) => {
        const about = { section: part, subject: `node/${node}`, node, pace: nodePaces[part] };
        return [part, new Asking<unknown>(about, () => nodeReaders[part](this.#reader(), node), now)];
      }),
    );
  }

  /** What there is to ask of a release; nothing that it does not have. */
  *all(): Generator<Asking> {
    const missing = missingParts[this.#reader().version];
    for (const [part, asking] of this.#cluster) if (missing[part] === undefined) yield asking;
    yield this.#rights;
    for (const askings of this.#nodes.values()) yield* askings.values();
  }

  part(part: ClusterPart): Latest<unknown> {
    const missing = missingParts[this.#reader().version][part];
    if (missing !== undefined) return { part: unasked(missing) };
    return this.#cluster.get(part)?.latest() ?? { part: unasked("it is not asked for") };
  }

  isAwaited(part: ClusterPart): boolean {
    return this.#cluster.get(part)?.isAwaited === true;
  }

  /** Undefined of a part that a section brings. */
  nodePart(node: string, part: NodePart): Latest<unknown> | undefined {
    return this.#nodes.get(node)?.get(part)?.latest();
  }

  /** What a task may have changed. */
  touch(node: string, parts: Iterable<NodePart>, now: number): void {
    for (const part of parts) this.#nodes.get(node)?.get(part)?.renew(now);
  }
}
