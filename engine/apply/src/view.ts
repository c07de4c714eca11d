import { type Port, readSources } from "@orrery/collect";
import type { Clock } from "@orrery/contract";
import { type Mark, type ObjectRef, type Seen, sightOf, sourcesOf } from "@orrery/plan";
import type { ClusterState, Source } from "@orrery/state";

const keyOf = (source: Source): string => {
  switch (source.of) {
    case "cluster":
      return source.part;
    case "node":
      return `${source.node}/${source.part}`;
    case "presence":
      return `${source.vmid}/presence`;
    case "guest":
      return source.firewall ? `${source.vmid}/firewall` : `${source.vmid}`;
  }
};

type Object = {
  readonly object: ObjectRef;
  readonly node?: string | undefined;
  /** The properties that matter; all unless told. */
  readonly about?: readonly string[];
};

/** For so long who wants to look waits for others who want to: what ends together is read together. Milliseconds. */
const lingerMs = 20;

/** The cluster as the applier sees it: reads what is asked for, once for all who ask at the same time. */
export class View {
  readonly #pve: Port;
  readonly #clock: Clock;
  readonly #mark: Mark;
  readonly #readAt = new Map<string, number>();
  #state: ClusterState;
  #look: ReturnType<typeof sightOf>;
  #next: { readonly sources: Map<string, Source>; readonly read: Promise<void> } | undefined;
  #requests = 0;

  constructor(state: ClusterState, pve: Port, clock: Clock, mark: Mark) {
    this.#state = state;
    this.#pve = pve;
    this.#clock = clock;
    this.#mark = mark;
    this.#look = sightOf(state, mark);
  }

  get state(): ClusterState {
    return this.#state;
  }

  /** How many requests the looking took. */
  get requests(): number {
    return this.#requests;
  }

  /** An object as it was seen last. */
  seen({ object, node }: Object): Seen {
    return this.#look(object, node);
  }

  /** Reads objects anew: whatever is told of them was so after this was called. */
  async refresh(objects: readonly Object[]): Promise<void> {
    const sources = objects.flatMap(({ object, node, about }) => sourcesOf(object, node, about));
    this.#next ??= this.#prepare();
    for (const source of sources) this.#next.sources.set(keyOf(source), source);
    await this.#next.read;
  }

  /** An object as it is now, or was no longer than so many milliseconds ago. */
  async look(one: Object, maxAgeMs = 0): Promise<Seen> {
    const now = this.#clock.monotonic();
    const isFresh = sourcesOf(one.object, one.node, one.about).every((source) => {
      const at = this.#readAt.get(keyOf(source));
      return at !== undefined && now - at < maxAgeMs;
    });
    if (!isFresh) await this.refresh([one]);
    return this.seen(one);
  }

  #prepare(): { sources: Map<string, Source>; read: Promise<void> } {
    const sources = new Map<string, Source>();
    const read = this.#clock.sleep(lingerMs).then(async () => {
      this.#next = undefined;
      const at = this.#clock.monotonic();
      const { into, requests } = await readSources(this.#state, this.#pve, this.#clock, sources.values());
      this.#requests += requests;
      this.#state = into(this.#state);
      this.#look = sightOf(this.#state, this.#mark);
      for (const key of sources.keys()) this.#readAt.set(key, at);
    });
    return { sources, read };
  }
}
