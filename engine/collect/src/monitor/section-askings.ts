import type { Clock } from "@orrery/contract";
import type { BackupList, ClusterSection, ClusterSections, NodeSection, NodeSections } from "@orrery/state";
import { Asking } from "./asking.ts";
import { type Ask, backupPlan, clusterPlan, nodePlan } from "./section.ts";
import type { Subjects } from "./subjects.ts";

type ClusterAskings = { readonly [S in ClusterSection]: Asking<ClusterSections[S]> };
type NodeAskings = { readonly [S in NodeSection]: Asking<NodeSections[S]> };

/** Everything that is measured, as it is asked: of the cluster, of each node, and where backups are. */
export class SectionAskings {
  readonly cluster: ClusterAskings;
  readonly nodes = new Map<string, NodeAskings>();
  readonly backups = new Map<string, Asking<BackupList>>();
  readonly #ask: Ask;
  readonly #clock: Clock;

  constructor(ask: Ask, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
    this.cluster = {
      resources: this.#ofCluster("resources"),
      membership: this.#ofCluster("membership"),
      figures: this.#ofCluster("figures"),
      release: this.#ofCluster("release"),
      votes: this.#ofCluster("votes"),
      qdevice: this.#ofCluster("qdevice"),
      haStatus: this.#ofCluster("haStatus"),
      tasks: this.#ofCluster("tasks"),
      uncovered: this.#ofCluster("uncovered"),
    };
  }

  *all(): Generator<Asking> {
    yield* Object.values<Asking>(this.cluster);
    for (const askings of this.nodes.values()) yield* Object.values<Asking>(askings);
    yield* this.backups.values();
  }

  /** Begins to ask about nodes that are new, and forgets those that are gone. */
  followNodes(names: readonly string[], now: number): void {
    for (const name of this.nodes.keys()) if (!names.includes(name)) this.nodes.delete(name);
    for (const name of names) if (!this.nodes.has(name)) this.nodes.set(name, this.#ofNode(name, now));
  }

  followBackups(places: Subjects["backups"], now: number): void {
    const there = new Map(places.map((place) => [place.key, place]));
    for (const [key, asking] of this.backups) if (there.get(key)?.node !== asking.node) this.backups.delete(key);
    for (const [key, place] of there) {
      if (this.backups.has(key)) continue;
      const about = { section: "backups", subject: key, node: place.node, pace: backupPlan };
      this.backups.set(key, new Asking(about, () => backupPlan.read(this.#ask, place), now));
    }
  }

  #ofCluster<S extends ClusterSection>(section: S): Asking<ClusterSections[S]> {
    const plan = clusterPlan[section];
    const read = (): Promise<ClusterSections[S]> => plan.read(this.#ask, this.#clock.now());
    return new Asking({ section, subject: "", node: "", pace: plan }, read, this.#clock.now());
  }

  #ofNode(node: string, now: number): NodeAskings {
    const asking = <S extends NodeSection>(section: S): Asking<NodeSections[S]> => {
      const plan = nodePlan[section];
      const read = (): Promise<NodeSections[S]> => plan.read(this.#ask, node, () => this.#clock.now());
      return new Asking({ section, subject: `node/${node}`, node, pace: plan }, read, now);
    };
    return {
      status: asking("status"),
      replication: asking("replication"),
      pressure: asking("pressure"),
      disks: asking("disks"),
      zfs: asking("zfs"),
      services: asking("services"),
      clock: asking("clock"),
      updates: asking("updates"),
      certificates: asking("certificates"),
      subscription: asking("subscription"),
    };
  }
}
