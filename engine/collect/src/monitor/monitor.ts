import { type Abort, type Clock, PveError, type PveErrorKind } from "@orrery/contract";
import {
  type BackupList,
  type ClusterSection,
  type ClusterSections,
  type Config,
  type Kept,
  keptValue,
  type Monitored,
  type NodeSection,
  type NodeSections,
  type Row,
} from "@orrery/state";
import { Garbled, type Port } from "../reader.ts";
import { Asking } from "./asking.ts";
import { Gate } from "./gate.ts";
import { type Ask, backupPlan, clusterPlan, cycleMs, guestPlan, nodePlan } from "./section.ts";
import { type Subjects, subjectsOf } from "./subjects.ts";
import { TaskEnds } from "./task-ends.ts";

/** One request, as it went. */
export type Exchange = {
  readonly method: "GET";
  /** With `{node}` in the place of a node. */
  readonly path: string;
  readonly milliseconds: number;
  readonly failed: boolean;
};

export type MonitorOptions = {
  /** Requests under way at a time for one node, and for the cluster. Default 4. */
  readonly perNode?: number;
  /** Milliseconds for one request. Default 8,000. */
  readonly withinMs?: number;
  /** Requests of the steady kind in one cycle. Default 6 for five nodes, and one more for each two. */
  readonly perCycle?: number;
  /** Whether guests' configurations are read. Default true. */
  readonly guests?: boolean;
  /** Whether backups on storages are listed. Default true. */
  readonly backups?: boolean;
  /** Told of every request. */
  readonly told?: (exchange: Exchange) => void;
};

/** An answer this late says that the cluster has enough to do. */
const lateMs = 3000;
const slowest = 8;
/** Whoever waits for a first page gets it before everything else is asked. */
const firstPageMs = 50;
/** How a cluster says that it has enough to do, or that something is wrong with it. */
const suffering: ReadonlySet<PveErrorKind> = new Set<PveErrorKind>([
  "unreachable",
  "deadline",
  "node-unreachable",
  "broken-answer",
  "failed",
]);

/** What is not there is no failure: a release without the path, a node without ZFS. */
const isAbsent = ({ kind, reason }: PveError): boolean =>
  kind === "not-implemented" || /\bnot installed\b/.test(reason);

type ClusterAskings = { readonly [S in ClusterSection]: Asking<ClusterSections[S]> };
type NodeAskings = { readonly [S in NodeSection]: Asking<NodeSections[S]> };

/**
 * Watches a cluster: asks each thing at its own pace, few at a time, and keeps the last answers with their age. Each
 * section fails alone. The steady requests of a cycle never exceed their budget; what does not fit waits for the next.
 */
export class Monitor {
  readonly #pve: Pick<Port, "request">;
  readonly #clock: Clock;
  readonly #options: MonitorOptions;
  readonly #gate: Gate;
  readonly #cluster: ClusterAskings;
  readonly #nodes = new Map<string, NodeAskings>();
  readonly #backups = new Map<string, Asking<BackupList>>();
  readonly #guests = new Map<string, { readonly asking: Asking<Config>; mark: string; place: string }>();
  readonly #taskEnds = new TaskEnds();
  readonly #tallies = new Map<string, { asked: number; failed: number }>();
  #subjects: Subjects = subjectsOf([], []);
  #signal: Abort | undefined;
  #pace = 1;
  #requests = 0;
  #cycles = 0;
  /** Those of the fast sections that last were late, or failed. */
  readonly #suffering = new Set<string>();
  #revision = 0;
  readonly #begun = Promise.withResolvers<void>();

  constructor(pve: Pick<Port, "request">, clock: Clock, options: MonitorOptions = {}) {
    this.#pve = pve;
    this.#clock = clock;
    this.#options = options;
    this.#gate = new Gate(options.perNode ?? 4);
    this.#cluster = {
      resources: this.#clusterAsking("resources"),
      membership: this.#clusterAsking("membership"),
      figures: this.#clusterAsking("figures"),
      release: this.#clusterAsking("release"),
      votes: this.#clusterAsking("votes"),
      qdevice: this.#clusterAsking("qdevice"),
      haStatus: this.#clusterAsking("haStatus"),
      tasks: this.#clusterAsking("tasks"),
      uncovered: this.#clusterAsking("uncovered"),
    };
  }

  /** Resolves when what everybody asks for first was answered, or failed: resources, members, release, coverage. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Grows with every answer and every failure. */
  get revision(): number {
    return this.#revision;
  }

  /** The most requests that were ever under way at once for one node. */
  get mostAtOnce(): number {
    return this.#gate.most;
  }

  /** Asks what is due now; resolves when all of it was answered or failed. Never rejects. */
  async cycle(signal?: Abort): Promise<void> {
    this.#signal = signal;
    this.#cycles += 1;
    const isFirst = this.#cycles === 1;
    const now = this.#clock.now();
    const { resources, membership, figures, tasks, release, uncovered, qdevice } = this.#cluster;
    // What a first page must have comes first, and alone: the rest follows at once.
    const wanted = isFirst
      ? [resources, membership, release, uncovered, qdevice]
      : [resources, membership, figures, tasks];
    const fast = this.#due(now, wanted);
    const first = fast.map((asking) => this.#send(asking));
    if (isFirst) {
      await Promise.all(first);
      this.#begun.resolve();
      await this.#clock.sleep(firstPageMs, signal).catch(() => undefined);
      if (signal?.aborted) return;
    }
    const rest = this.#choose(this.#clock.now(), fast.length).map((asking) => this.#send(asking));
    await Promise.all([...first, ...rest]);
    if (fast.some(({ section }) => this.#suffering.has(section))) this.#pace = Math.min(slowest, this.#pace * 2);
    else if (this.#suffering.size === 0) this.#pace = Math.max(1, this.#pace / 2);
  }

  /** Cycle after cycle until the signal aborts. A cycle that hangs does not hold up the next. */
  async run(signal: Abort): Promise<void> {
    const under = new Set<Promise<void>>();
    while (!signal.aborted) {
      const cycle = this.cycle(signal).finally(() => under.delete(cycle));
      under.add(cycle);
      try {
        await this.#clock.sleep(cycleMs, signal);
      } catch {
        break;
      }
    }
    await Promise.all(under);
  }

  /** Everything that is held now. */
  seen(): Monitored {
    const now = this.#clock.now();
    const kept = (askings: Readonly<Record<string, Asking>>): Record<string, Kept<unknown>> =>
      Object.fromEntries(Object.entries(askings).map(([section, asking]) => [section, asking.kept(now)]));
    return {
      at: now,
      cluster: kept(this.#cluster) as Monitored["cluster"],
      nodes: Object.fromEntries([...this.#nodes].map(([node, askings]) => [node, kept(askings)])) as Monitored["nodes"],
      backups: Object.fromEntries([...this.#backups].map(([key, asking]) => [key, asking.kept(now)])),
      guests: Object.fromEntries([...this.#guests].map(([vmid, { asking }]) => [vmid, asking.kept(now)])),
      taskEnds: this.#taskEnds.tallies(),
      sections: [...this.#tallies].map(([section, tally]) => ({ section, ...tally })),
      requests: this.#requests,
      cycles: this.#cycles,
      pace: this.#pace,
    };
  }

  *#all(): Generator<Asking> {
    yield* Object.values<Asking>(this.#cluster);
    for (const askings of this.#nodes.values()) yield* Object.values<Asking>(askings);
    yield* this.#backups.values();
    for (const { asking } of this.#guests.values()) yield asking;
  }

  #due(now: number, askings: Iterable<Asking>): Asking[] {
    return [...askings].filter((asking) => asking.isDue(now));
  }

  /** What goes out beside the fast three: everything that is new, then, within the budgets, what is overdue longest. */
  #choose(now: number, spent: number): Asking[] {
    const offline = (asking: Asking): boolean => {
      if (!this.#subjects.offline.has(asking.node)) return false;
      asking.spared(now, `${asking.node} is offline`);
      return true;
    };
    const due = this.#due(now, this.#all())
      .filter((asking) => !offline(asking))
      .toSorted((one, other) => one.due - other.due);
    const nodes = this.#nodes.size;
    const budget = this.#options.perCycle ?? Math.ceil(3.4 + nodes / 2);
    const guestsAtOnce = Math.max(25, Math.ceil(this.#guests.size / 20));
    const isGuest = (asking: Asking): boolean => asking.section === "guests";
    const steady = due.filter((asking) => asking.pace.queue === "steady" && !asking.isNew);
    const slow = due.filter((asking) => asking.pace.queue === "slow" && !asking.isNew);
    const fresh = due.filter((asking) => asking.isNew && !isGuest(asking));
    const guests = due.filter((asking) => asking.isNew && isGuest(asking));
    return [
      ...fresh,
      ...steady.slice(0, Math.max(0, budget - spent)),
      ...slow.slice(0, Math.max(4, Math.ceil((nodes * 8 + this.#guests.size) / 240))),
      ...guests.slice(0, guestsAtOnce),
    ];
  }

  /** Only what the whole picture hangs on slows everything down. */
  #suffers({ section }: Asking, does: boolean): void {
    if (section !== "resources" && section !== "membership" && section !== "figures") return;
    if (does) this.#suffering.add(section);
    else this.#suffering.delete(section);
  }

  #tallyOf({ section }: Asking): { asked: number; failed: number } {
    const known = this.#tallies.get(section);
    if (known !== undefined) return known;
    const tally = { asked: 0, failed: 0 };
    this.#tallies.set(section, tally);
    return tally;
  }

  async #send(asking: Asking): Promise<void> {
    asking.begin();
    const tally = this.#tallyOf(asking);
    tally.asked += 1;
    await this.#gate.through(asking.node, async () => {
      const at = this.#clock.now();
      const began = this.#clock.monotonic();
      try {
        const value = await asking.read();
        asking.answered(at, value, this.#pace);
        this.#suffers(asking, this.#clock.monotonic() - began > lateMs);
        this.#revision += 1;
        this.#noted(asking);
      } catch (error) {
        if (!(error instanceof PveError && isAbsent(error))) tally.failed += 1;
        this.#complained(asking, error);
      }
    });
  }

  #complained(asking: Asking, error: unknown): void {
    const now = this.#clock.now();
    if (error instanceof PveError && error.kind === "aborted") {
      asking.stopped();
    } else if (error instanceof PveError) {
      this.#suffers(asking, suffering.has(error.kind));
      asking.complained(now, error.reason, this.#pace, isAbsent(error));
    } else if (error instanceof Garbled) asking.complained(now, error.message, this.#pace, false);
    else throw error;
    this.#revision += 1;
  }

  /** What an answer tells of what else there is to ask. */
  #noted({ section }: Asking): void {
    const now = this.#clock.now();
    if (section === "tasks") this.#taskEnds.look(keptValue(this.#cluster.tasks.kept(now)) ?? []);
    if (section !== "resources" && section !== "membership") return;
    const membership = keptValue(this.#cluster.membership.kept(now)) ?? [];
    const resources = keptValue(this.#cluster.resources.kept(now)) ?? [];
    const before = this.#subjects;
    this.#subjects = subjectsOf(membership, resources);
    // Whether something works behind a lock, only the tasks tell.
    if (this.#subjects.locks !== before.locks) this.#cluster.tasks.hasten(now);
    for (const node of before.offline)
      if (!this.#subjects.offline.has(node))
        for (const asking of this.#all()) if (asking.node === node) asking.hasten(now);
    this.#follow(now, resources);
  }

  /** Begins to ask about what is new, and forgets what is gone. */
  #follow(now: number, resources: readonly Row[]): void {
    const { nodes, backups, guests } = this.#subjects;
    for (const name of this.#nodes.keys()) if (!nodes.includes(name)) this.#nodes.delete(name);
    for (const name of nodes) if (!this.#nodes.has(name)) this.#nodes.set(name, this.#nodeAskings(name, now));
    // Only a list that was answered tells that something is gone.
    if (resources.length === 0) return;
    if (this.#options.backups !== false) {
      const there = new Map(backups.map((place) => [place.key, place]));
      for (const [key, asking] of this.#backups) if (there.get(key)?.node !== asking.node) this.#backups.delete(key);
      for (const [key, place] of there)
        if (!this.#backups.has(key)) {
          const read = () => backupPlan.read(this.#ask, place);
          const about = { section: "backups", subject: key, node: place.node, pace: backupPlan };
          this.#backups.set(key, new Asking(about, read, now));
        }
    }
    if (this.#options.guests !== false) this.#followGuests(now, guests);
  }

  #followGuests(now: number, guests: Subjects["guests"]): void {
    const there = new Set(guests.map(({ vmid }) => String(vmid)));
    for (const vmid of this.#guests.keys()) if (!there.has(vmid)) this.#guests.delete(vmid);
    for (const { kind, node, vmid, mark } of guests) {
      const key = String(vmid);
      const place = `${node}/${kind}`;
      const known = this.#guests.get(key);
      if (known?.place === place) {
        if (known.mark !== mark) known.asking.hasten(now);
        known.mark = mark;
        continue;
      }
      const about = { section: "guests", subject: `${kind}/${vmid}`, node, pace: guestPlan };
      const read = () => guestPlan.read(this.#ask, { kind, node, vmid });
      this.#guests.set(key, { asking: new Asking(about, read, now), mark, place });
    }
  }

  #clusterAsking<S extends ClusterSection>(section: S): Asking<ClusterSections[S]> {
    const plan = clusterPlan[section];
    const read = (): Promise<ClusterSections[S]> => plan.read(this.#ask, this.#clock.now());
    return new Asking({ section, subject: "", node: "", pace: plan }, read, this.#clock.now());
  }

  #nodeAskings(node: string, now: number): NodeAskings {
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

  readonly #ask: Ask = async (path, parameters = {}) => {
    const { withinMs = 8000, told } = this.#options;
    this.#requests += 1;
    const began = this.#clock.monotonic();
    let failed = true;
    try {
      const { data } = await this.#pve.request("GET", path, parameters, { signal: this.#signal, withinMs });
      failed = false;
      return data;
    } finally {
      told?.({ method: "GET", path, milliseconds: this.#clock.monotonic() - began, failed });
    }
  };
}
