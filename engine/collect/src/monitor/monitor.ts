import { type Abort, type Clock, PveError } from "@orrery/contract";
import { type Kept, keptValue, type Monitored, type NodeSection, type TaskState, valueIn } from "@orrery/state";
import { happeningsBetween } from "../changes.ts";
import type { GuestContext } from "../guest-reading.ts";
import { Garbled, type Port, Reader } from "../reader.ts";
import { AgentAskings } from "./agent-askings.ts";
import type { Asking } from "./asking.ts";
import { type Assembled, Assembling } from "./assembling.ts";
import { Gate } from "./gate.ts";
import { GuestAskings } from "./guest-askings.ts";
import { isAbsent, isSuffering } from "./saying.ts";
import { type Ask, cycleMs } from "./section.ts";
import { SectionAskings } from "./section-askings.ts";
import { StateAskings } from "./state-askings.ts";
import { type Subjects, subjectsOf } from "./subjects.ts";
import { Tallies } from "./tallies.ts";
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
  /** Whether all that a cluster state has is read, at a slow pace. Default false. */
  readonly state?: boolean;
  /** How many times faster than usual everything is asked again: for worlds whose time runs faster. Default 1. */
  readonly speed?: number;
  /** How many times as fast as real time the clock runs; requests take real time. Default 1. */
  readonly hurry?: number;
  /** Told of every request. */
  readonly told?: (exchange: Exchange) => void;
};

/** An answer this late says that the cluster has enough to do. */
const lateMs = 3000;
const slowest = 8;
/** Clocks are set right by a little all the time. */
const jumpMs = 2000;
/** Whoever waits for a first page gets it before everything else is asked. */
const firstPageMs = 50;
/**
 * Watches a cluster: asks each thing at its own pace, few at a time, and keeps the last answers with their age. Each
 * section fails alone. The steady requests of a cycle never exceed their budget; what does not fit waits for the next.
 */
export class Monitor {
  readonly #pve: Port;
  readonly #clock: Clock;
  readonly #options: MonitorOptions;
  readonly #gate: Gate;
  readonly #sections: SectionAskings;
  readonly #guests: GuestAskings;
  readonly #agents = new AgentAskings((path, parameters) => this.#ask(path, parameters));
  readonly #parts: StateAskings | undefined;
  readonly #assembling = new Assembling();
  readonly #taskEnds = new TaskEnds();
  readonly #tallies = new Tallies();
  #subjects: Subjects = subjectsOf([], []);
  #signal: Abort | undefined;
  #pace: number;
  readonly #usual: number;
  #tasks: readonly TaskState[] | undefined;
  #ticked: { readonly now: number; readonly monotonic: number } | undefined;
  #isFirewallOn = false;
  #requests = 0;
  #cycles = 0;
  /** Those of the fast sections that last were late, or failed. */
  readonly #suffering = new Set<string>();
  #revision = 0;
  readonly #begun = Promise.withResolvers<void>();

  constructor(pve: Port, clock: Clock, options: MonitorOptions = {}) {
    this.#pve = pve;
    this.#clock = clock;
    this.#options = options;
    this.#gate = new Gate(options.perNode ?? 4);
    this.#pace = this.#usual = 1 / (options.speed ?? 1);
    this.#parts = options.state === true ? new StateAskings(this.#reader, clock.now()) : undefined;
    this.#guests = new GuestAskings({ reader: this.#reader, firewall: () => this.#firewall() });
    this.#sections = new SectionAskings(this.#ask, clock);
  }

  /** Resolves when what everybody asks for first was answered, or failed: resources, members, release, coverage. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Nothing is awaited any more: each thing was answered once, or asked for in vain. */
  get isWhole(): boolean {
    for (const asking of this.#all()) if (asking.isAwaited && asking.section !== "agents") return false;
    return this.#subjects.nodes.length > 0;
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
    this.#tick();
    const isFirst = this.#cycles === 1;
    const now = this.#clock.now();
    const { resources, membership, figures, tasks, release, uncovered, qdevice } = this.#sections.cluster;
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
    // What turned up in these answers need not wait for the next cycle.
    await Promise.all([...rest, Promise.all(first).then(() => this.#sendNews())]);
    if (isFirst) await this.#sendNews();
    if (fast.some(({ section }) => this.#suffering.has(section)))
      this.#pace = Math.min(slowest * this.#usual, this.#pace * 2);
    else if (this.#suffering.size === 0) this.#pace = Math.max(this.#usual, this.#pace / 2);
  }

  /** A clock that was set right by so much: whatever is held is no older, and no younger, than it was. */
  #tick(): void {
    const [now, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    const before = this.#ticked;
    this.#ticked = { now, monotonic };
    if (before === undefined) return;
    const jump = now - before.now - (monotonic - before.monotonic);
    if (Math.abs(jump) > jumpMs) for (const asking of this.#all()) asking.shift(jump);
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
      cluster: kept(this.#sections.cluster) as Monitored["cluster"],
      nodes: Object.fromEntries(
        [...this.#sections.nodes].map(([node, askings]) => [node, kept(askings)]),
      ) as Monitored["nodes"],
      backups: Object.fromEntries([...this.#sections.backups].map(([key, asking]) => [key, asking.kept(now)])),
      guests: Object.fromEntries([...this.#guests.entries()].map(([vmid, asking]) => [vmid, asking.kept(now)])),
      agents: Object.fromEntries([...this.#agents.entries()].map(([vmid, asking]) => [vmid, asking.kept(now)])),
      parts: [...(this.#parts?.all() ?? [])].map((asking) => ({
        section: asking.section,
        subject: asking.subject,
        kept: asking.kept(now),
      })),
      taskEnds: this.#taskEnds.tallies(),
      sections: this.#tallies.all(),
      requests: this.#requests,
      cycles: this.#cycles,
      pace: this.#pace / this.#usual,
    };
  }

  /** The cluster as it was seen, with all that came so far; undefined before anybody said what there is. */
  state(): Assembled | undefined {
    const parts = this.#parts;
    if (parts === undefined) return undefined;
    const { resources, membership, release, votes, haStatus, tasks } = this.#sections.cluster;
    const sections = { votes, haStatus, tasks };
    return this.#assembling.assemble({
      at: this.#clock.now(),
      contract: this.#pve.version,
      resources: resources.latest(),
      membership: membership.latest(),
      release: release.latest(),
      rights: parts.rights,
      part: (part) =>
        part === "votes" || part === "haStatus" || part === "tasks" ? sections[part].latest() : parts.part(part),
      nodePart: (node, part) => {
        const own = parts.nodePart(node, part);
        const sectionsOf = this.#sections.nodes.get(node);
        return (
          own ?? (sectionsOf !== undefined && part in sectionsOf ? sectionsOf[part as NodeSection].latest() : undefined)
        );
      },
      guest: (vmid) => this.#guests.of(vmid)?.latest(),
    });
  }

  /** Asks for everything that changes slowly in the next cycle: it may have been changed on purpose. */
  renew(): void {
    const now = this.#clock.now();
    for (const asking of this.#all()) if (asking.pace.queue === "slow") asking.renew(now);
    this.#sections.cluster.tasks.hasten(now);
  }

  /** Reads the firewalls of these guests too, whether they are in force or not. */
  wantFirewalls(vmids: Iterable<number>): void {
    this.#guests.wantFirewalls(vmids, this.#clock.now());
  }

  *#all(): Generator<Asking> {
    yield* this.#sections.all();
    yield* this.#guests.all();
    yield* this.#agents.all();
    if (this.#parts !== undefined) yield* this.#parts.all();
  }

  #due = (now: number, askings: Iterable<Asking>): Asking[] => [...askings].filter((asking) => asking.isDue(now));

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
    const nodes = this.#sections.nodes.size;
    const budget = this.#options.perCycle ?? Math.ceil(3.4 + nodes / 2);
    const old = due.filter((asking) => !asking.isNew);
    const steady = old.filter(({ pace }) => pace.queue === "steady");
    const slow = old.filter(({ pace }) => pace.queue === "slow");
    return [
      ...this.#news().filter(({ section }) => section !== "guests"),
      ...steady.slice(0, Math.max(0, budget - spent)),
      ...slow.slice(0, Math.max(4, Math.ceil((nodes * 40 + this.#guests.size) / 240))),
    ];
  }

  /** What is to be asked whatever else is due. */
  #news(): Asking[] {
    return this.#due(this.#clock.now(), this.#all()).filter(
      (asking) => asking.isNew && !this.#subjects.offline.has(asking.node),
    );
  }

  /** All of it, but for guests: of them there may be thousands, and what is read of each depends on the firewall. */
  async #sendNews(): Promise<void> {
    const news = this.#news();
    const most = this.#parts?.isAwaited("firewall") === true ? 0 : Math.max(50, Math.ceil(this.#guests.size / 20));
    const guests = news.filter(({ section }) => section === "guests").slice(0, most);
    const others = news.filter(({ section }) => section !== "guests");
    await Promise.all([...others, ...guests].map((asking) => this.#send(asking)));
  }

  /** Only what the whole picture hangs on slows everything down. */
  #suffers({ section }: Asking, does: boolean): void {
    if (section !== "resources" && section !== "membership" && section !== "figures") return;
    if (does) this.#suffering.add(section);
    else this.#suffering.delete(section);
  }

  async #send(asking: Asking): Promise<void> {
    asking.begin();
    const tally = this.#tallies.of(asking.section);
    tally.asked += 1;
    await this.#gate.through(asking.node, async () => {
      const at = this.#clock.now();
      const began = this.#clock.monotonic();
      try {
        const value = await asking.read();
        asking.answered(at, value, this.#pace);
        this.#suffers(asking, this.#took(began) > lateMs);
        this.#revision += 1;
        this.#noted(asking);
      } catch (error) {
        if (!(error instanceof PveError && isAbsent(error))) tally.failed += 1;
        this.#complained(asking, error);
      }
    });
  }

  #complained(asking: Asking, error: unknown): void {
    const [pace, usual] = [this.#pace, this.#usual];
    const now = this.#clock.now();
    if (error instanceof PveError && error.kind === "aborted") {
      asking.stopped();
    } else if (error instanceof PveError) {
      this.#suffers(asking, isSuffering(error));
      asking.complained(now, error.reason, { pace, usual, unasked: isAbsent(error) });
    } else
      asking.complained(now, error instanceof Error ? error.message : String(error), { pace, usual, unasked: false });
    this.#revision += 1;
    if (!(error instanceof PveError || error instanceof Garbled)) throw error;
  }

  /** What an answer tells of what else there is to ask. */
  #noted({ section }: Asking): void {
    const now = this.#clock.now();
    if (section === "tasks") this.#happened(keptValue(this.#sections.cluster.tasks.kept(now)) ?? []);
    if (section === "firewall") this.#firewallNoted();
    if (section !== "resources" && section !== "membership") return;
    const membership = keptValue(this.#sections.cluster.membership.kept(now)) ?? [];
    const resources = keptValue(this.#sections.cluster.resources.kept(now)) ?? [];
    const before = this.#subjects;
    this.#subjects = subjectsOf(membership, resources);
    // Whether something works behind a lock, only the tasks tell.
    if (this.#subjects.locks !== before.locks) this.#sections.cluster.tasks.hasten(now);
    for (const node of before.offline)
      if (!this.#subjects.offline.has(node))
        for (const asking of this.#all()) if (asking.node === node) asking.hasten(now);
    const { nodes, guests, backups } = this.#subjects;
    this.#sections.followNodes(nodes, now);
    this.#parts?.follow(nodes, now);
    // Only a list that was answered tells that something is gone.
    if (resources.length === 0) return;
    if (this.#options.backups !== false) this.#sections.followBackups(backups, now);
    if (this.#options.guests === false) return;
    this.#guests.follow(guests, now);
    this.#agents.follow(resources, (vmid) => valueIn(this.#guests.of(vmid)?.latest().part)?.file, now);
  }

  /** What ended is counted, and what may have changed is read again. */
  #happened(tasks: readonly TaskState[]): void {
    const now = this.#clock.now();
    this.#taskEnds.look(tasks);
    const before = this.#tasks;
    this.#tasks = tasks;
    if (before === undefined) return;
    const { guests, nodes, gaps } = happeningsBetween(before, tasks);
    for (const vmid of guests) this.#guests.of(vmid)?.renew(now);
    for (const [node, parts] of nodes) {
      this.#parts?.touch(node, parts, now);
      const sections = this.#sections.nodes.get(node);
      for (const part of parts)
        if (sections !== undefined && part in sections) sections[part as NodeSection].hasten(now);
    }
    for (const asking of this.#all()) if (asking.pace.queue === "slow" && gaps.has(asking.node)) asking.hasten(now);
  }

  /** Those of guests are read only while the cluster's is on. */
  #firewallNoted(): void {
    const isOn = valueIn(this.#firewall())?.options.enable === 1;
    if (isOn !== this.#isFirewallOn) for (const asking of this.#guests.all()) asking.renew(this.#clock.now());
    this.#isFirewallOn = isOn;
  }

  #firewall(): GuestContext["firewall"] | undefined {
    const latest = this.#parts?.part("firewall").part;
    // Its reader gives what the state holds.
    return latest as GuestContext["firewall"] | undefined;
  }

  /** Milliseconds of real time. */
  #took(began: number): number {
    return (this.#clock.monotonic() - began) / (this.#options.hurry ?? 1);
  }

  readonly #ask: Ask = async (path, parameters = {}) => (await this.#request("GET", path, parameters)).data;

  /** Every request goes out here. */
  readonly #request: Port["request"] = async (method, path, parameters) => {
    const { withinMs = 8000, told } = this.#options;
    this.#requests += 1;
    const began = this.#clock.monotonic();
    let failed = true;
    try {
      const answer = await this.#pve.request(method, path, parameters, { signal: this.#signal, withinMs });
      failed = false;
      return answer;
    } finally {
      told?.({ method: "GET", path, milliseconds: this.#took(began), failed });
    }
  };

  /** One question after the other. */
  readonly #reader = (): Reader =>
    new Reader({ version: this.#pve.version, request: this.#request }, this.#clock, { atOnce: 1 });
}
