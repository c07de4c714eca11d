import { subjectText, votesAt, type World } from "@orrery/twin-world";
import type { Happening, Rehearsal } from "./rehearsal.ts";

/** Marks what faults, nodes, quorum and the HA managers do, and keeps the worst quorum. */
export class StateWatch {
  readonly marks: Happening[] = [];
  /** Nodes that were down, and since when, in order. */
  readonly nodesLost: { node: string; at: number }[] = [];
  readonly guestsLost: { vmid: number; at: number }[] = [];
  readonly #world: World;
  readonly #before = new Map<string, string>();
  readonly #faults = new Map<string, number>();
  #partitions: World["cluster"]["partitions"] | undefined;
  #quorum: Rehearsal["quorum"];
  #lost: number | undefined;

  constructor(world: World) {
    this.#world = world;
    this.look();
    this.marks.length = 0;
    this.nodesLost.length = 0;
  }

  get quorum(): Rehearsal["quorum"] {
    return this.#quorum;
  }

  /** When quorum was lost first. */
  get quorumLostAt(): number | undefined {
    return this.#lost;
  }

  look(): void {
    this.#lookAtFaults();
    this.#lookAtNodes();
    this.#lookAtQuorum();
    this.#lookAtHa();
  }

  #changed(key: string, now: string): boolean {
    if (this.#before.get(key) === now) return false;
    this.#before.set(key, now);
    return true;
  }

  #lookAtFaults(): void {
    const { faults, now } = this.#world;
    for (const id in faults) {
      const fault = faults[id];
      if (fault === undefined || fault.state === "pending" || !this.#changed(`fault ${id}`, fault.state)) continue;
      const index = this.#faults.get(id);
      const mark = index === undefined ? undefined : this.marks[index];
      if (index === undefined) {
        this.#faults.set(id, this.marks.length);
        this.marks.push({ kind: "fault", at: now, what: `${subjectText(fault.subject)} ${fault.what.kind}` });
        if (fault.subject.kind === "guest") this.guestsLost.push({ vmid: fault.subject.vmid, at: now });
      } else if (mark !== undefined && fault.state === "over") this.marks[index] = { ...mark, ms: now - mark.at };
    }
  }

  #lookAtNodes(): void {
    const { nodes, now } = this.#world;
    for (const name in nodes) {
      const state = nodes[name]?.state.kind ?? "gone";
      if (!this.#changed(`node ${name}`, state)) continue;
      this.marks.push({ kind: "node", at: now, node: name, state });
      if (state === "off" || state === "hung") this.nodesLost.push({ node: name, at: now });
    }
  }

  #lookAtQuorum(): void {
    const { cluster, nodes, now } = this.#world;
    if (cluster.corosync === undefined || cluster.partitions === this.#partitions) return;
    this.#partitions = cluster.partitions;
    const [first, ...others] = Object.keys(nodes).map((node) => votesAt(this.#world, node));
    if (first === undefined) return;
    // A node that is down is in no group, and expects as many votes as all.
    const best = others.reduce((a, b) => (b.votes > a.votes ? b : a), first);
    const needed = best.quorum;
    const { votes } = best;
    if (this.#quorum === undefined || votes - needed < this.#quorum.margin)
      this.#quorum = { margin: votes - needed, votes, needed, at: now };
    if (this.#changed("quorum", `${votes}`)) this.marks.push({ kind: "quorum", at: now, votes, needed });
    if (votes < needed) this.#lost ??= now;
  }

  #lookAtHa(): void {
    const { ha, now } = this.#world;
    for (const sid in ha.services) {
      const service = ha.services[sid];
      if (service === undefined) continue;
      const first = !this.#before.has(`ha ${sid}`);
      if (!this.#changed(`ha ${sid}`, `${service.state} ${service.node}`) || first) continue;
      this.marks.push({ kind: "ha", at: now, resource: sid, state: service.state, node: service.node });
    }
  }
}
