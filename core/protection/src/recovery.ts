import { componentName, type Guest, type Instant, type Inventory, refText, type Scenario } from "@orrery/model";
import { bytesOf, type Copy, copiesOf } from "./copies.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { type Figure, type Span, worseOf } from "./figure.ts";
import { type Home, homeComponents } from "./home.ts";
import { type Loss, lossesOf, survives } from "./loss.ts";
import { type CopyStream, worstAge } from "./recovery-point.ts";
import { type Restoring, recoveryTime } from "./restore.ts";
import { referencePeriod } from "./runs.ts";
import { retrievalOf } from "./storage-class.ts";

/** Everything that is worked out once for a lab: who is covered, which copies are made, and where they live. */
export type Protection = {
  readonly inventory: Inventory;
  readonly coverage: Coverage;
  readonly copies: readonly Copy[];
};

/** @param at the moment whose year the schedules are looked at from */
export const protectionOf = (inventory: Inventory, at: Instant): Protection => {
  const period = referencePeriod(
    inventory.lab.backup.policies.map(({ schedule }) => schedule),
    at,
  );
  return { inventory, coverage: coverageOf(inventory), copies: copiesOf(inventory, period) };
};

/** Guests that lose their data alike, and the newest that is left of it. */
export type PointGroup = {
  readonly guests: readonly Guest[];
  /** The failures that do it. */
  readonly losses: readonly Loss[];
  /** The copies that survive it; `unsure` where nobody says all that they stand on. */
  readonly copies: readonly { readonly copy: Copy; readonly unsure: boolean }[];
  /** Copies of these guests that go with them. */
  readonly lost: readonly Copy[];
  readonly point: Figure;
};

export type Unrecoverable = { readonly guest: Guest; readonly loss: Loss; readonly why: string };

export type LossTime = {
  readonly loss: Loss;
  readonly time: Figure;
  /** From an archive, of the slowest of what is restored. */
  readonly retrieval: { readonly span: Span; readonly from: Copy } | undefined;
  /** Guests that come back from a copy, and the most bytes that they are. */
  readonly restored: number;
  readonly bytes: number;
  /** Guests whose disks are still there. */
  readonly restarted: number;
};

export type ScenarioRecovery = {
  readonly scenario: Scenario;
  readonly groups: readonly PointGroup[];
  /** The worst of the groups'; undefined where the scenario takes no data. */
  readonly point: Figure | undefined;
  /** For each failure that the scenario may mean and that takes a guest down. */
  readonly times: readonly LossTime[];
  readonly time: Figure | undefined;
  readonly unrecoverable: readonly Unrecoverable[];
};

type Fate = "untouched" | "down" | "lost";

/** What happens to guests under a loss; homes are looked up once for each storage and node. */
const fates = (inventory: Inventory): ((guest: Guest, loss: Loss) => Fate) => {
  const homes = new Map<string, Home>();
  const homeOf = (guest: Guest, ref: Guest["disks"][number]["storage"]): Home => {
    const node = inventory.nodeOf(guest.node);
    const key = `${refText(ref)} ${node ?? ""}`;
    let home = homes.get(key);
    if (home === undefined) {
      home = homeComponents(inventory, ref, node);
      homes.set(key, home);
    }
    return home;
  };
  return (guest, loss) => {
    if (loss.site || loss.failed.has(componentName({ kind: "guest", guest: guest.name }))) return "lost";
    const gone = guest.disks.some((disk) =>
      homeOf(guest, disk.storage).on.some((component) => loss.failed.has(componentName(component))),
    );
    if (gone) return "lost";
    const node = inventory.nodeOf(guest.node);
    return node !== undefined && loss.failed.has(`node ${node}`) ? "down" : "untouched";
  };
};

/** A replica on a node that is left is as old as its interval, and as the run that has not ended yet. */
const replicaOf = (guest: Guest, loss: Loss, { inventory }: Protection): Figure | undefined => {
  let best: Figure | undefined;
  for (const { to, every } of guest.replication) {
    const node = inventory.nodeOf(to);
    if (loss.site || node === undefined || loss.failed.has(`node ${node}`) || loss.nodes.length === 0) continue;
    if (best?.kind === "at least" && best.seconds <= every) continue;
    best = {
      kind: "at least",
      seconds: every,
      strictly: true,
      // A replication job does not start again before it has ended.
      atMost: 2 * every,
      missing: [`how long a replication to ${node} takes is not declared`],
      arithmetic: `replica on ${node}: every ${every / 60} min + the replication itself (unknown)`,
    };
  }
  return best;
};

const deviceLost = (guest: Guest, loss: Loss, inventory: Inventory): string | undefined => {
  const node = inventory.nodeOf(guest.node);
  if (loss.site || node === undefined || !loss.failed.has(`node ${node}`)) return undefined;
  for (const name of guest.devices) {
    const device = inventory.nodes.get(node)?.devices[name];
    if (device === undefined) continue;
    const elsewhere = [...inventory.nodes].some(
      ([other, { devices }]) =>
        !loss.failed.has(`node ${other}`) &&
        Object.values(devices).some((one) => one.kind === device.kind && one.model === device.model),
    );
    if (!elsewhere) return `it needs ${device.model}, which only ${node} has`;
  }
  return undefined;
};

/** Restored from the policy's target where it survives, else from the copy that can be read soonest. */
const bestSource = (copies: PointGroup["copies"]): Copy | undefined =>
  copies.find(({ copy }) => copy.kind === "target")?.copy ?? copies[0]?.copy;

/** What a scenario costs: data for each group of guests, time for each failure that it may mean. */
export const recoveryOf = (protection: Protection, scenario: Scenario): ScenarioRecovery => {
  const { inventory, coverage, copies } = protection;
  const fateOf = fates(inventory);
  const losses = lossesOf(
    inventory,
    scenario.fails,
    copies.map(({ home }) => home),
  );
  const groups = new Map<string, { guests: Set<Guest>; losses: Set<Loss> } & Omit<PointGroup, "guests" | "losses">>();
  const unrecoverable: Unrecoverable[] = [];
  const times: LossTime[] = [];
  const ages = new Map<string, Figure>();
  for (const loss of losses) {
    const state = copies.map((copy) => survives(copy.home, loss));
    const restoring: Restoring[] = [];
    const candidates =
      scenario.fails.kind === "guest"
        ? [...loss.failed].flatMap((name) => guestsNamed(inventory, name))
        : inventory.lab.guests.items;
    for (const guest of candidates) {
      const fate = fateOf(guest, loss);
      if (fate === "untouched") continue;
      const device = deviceLost(guest, loss, inventory);
      if (device !== undefined) unrecoverable.push({ guest, loss, why: device });
      const replica = fate === "lost" ? replicaOf(guest, loss, protection) : undefined;
      if (fate === "down") {
        if (device === undefined) restoring.push({ guest });
        continue;
      }
      const policies = coverage.policiesOf.get(guest) ?? [];
      const own = copies.flatMap((copy, index) =>
        policies.includes(copy.policy) ? [{ copy, state: state[index] }] : [],
      );
      const left = own.flatMap((one) =>
        one.state === "no" ? [] : [{ copy: one.copy, unsure: one.state === "unknown" }],
      );
      const key = `${own.map((one) => `${one.copy.stream.name}=${one.state}`).join(",")};${replica?.kind === "at least" ? replica.seconds : ""}`;
      let group = groups.get(key);
      if (group === undefined) {
        let point = ages.get(key);
        if (point === undefined) {
          point = pointOf(left, replica, policies.length > 0);
          ages.set(key, point);
        }
        group = {
          guests: new Set(),
          losses: new Set(),
          copies: left,
          lost: own.flatMap((one) => (one.state === "no" ? [one.copy] : [])),
          point,
        };
        groups.set(key, group);
      }
      group.guests.add(guest);
      group.losses.add(loss);
      const from = bestSource(left);
      if (device !== undefined) continue;
      if (replica !== undefined) restoring.push({ guest });
      else if (from !== undefined) restoring.push({ guest, from });
      else unrecoverable.push({ guest, loss, why: policies.length === 0 ? "no policy covers it" : "no copy survives" });
    }
    if (restoring.length === 0) continue;
    const restored = restoring.flatMap(({ guest, from }) => (from === undefined ? [] : [guest]));
    times.push({
      loss,
      time: recoveryTime(inventory, scenario, loss, restoring),
      retrieval: slowestRetrieval(restoring),
      restored: restored.length,
      bytes: bytesOf(restored).most,
      restarted: restoring.length - restored.length,
    });
  }
  const found = [...groups.values()].map(
    (group): PointGroup => ({
      ...group,
      guests: [...group.guests],
      losses: [...group.losses],
    }),
  );
  return {
    scenario,
    groups: found,
    point: found
      .map(({ point }) => point)
      .reduce<Figure | undefined>((a, b) => (a === undefined ? b : worseOf(a, b)), undefined),
    times,
    time: times
      .map(({ time }) => time)
      .reduce<Figure | undefined>((a, b) => (a === undefined ? b : worseOf(a, b)), undefined),
    unrecoverable,
  };
};

const slowestRetrieval = (restoring: readonly Restoring[]): LossTime["retrieval"] => {
  let slowest: LossTime["retrieval"];
  for (const from of new Set(restoring.map((one) => one.from))) {
    if (from?.storage === undefined) continue;
    const span = retrievalOf(from.storage);
    if (span.most !== 0 && (slowest === undefined || span.least > slowest.span.least)) slowest = { span, from };
  }
  return slowest;
};

const guestsNamed = (inventory: Inventory, component: string): readonly Guest[] =>
  component.startsWith("guest ") ? (inventory.guests.get(component.slice(6)) ?? []) : [];

/** The newest that is left: copies that surely survive bound it from above, those that may from below. */
const pointOf = (left: PointGroup["copies"], replica: Figure | undefined, covered: boolean): Figure => {
  const streams = (only: (one: PointGroup["copies"][number]) => boolean): CopyStream[] =>
    left.filter(only).map(({ copy }) => copy.stream);
  const backups = covered ? worstAge(streams(() => true)) : { kind: "none" as const, why: "no policy covers it" };
  const unsure = left.filter((one) => one.unsure);
  const point = unsure.length === 0 ? backups : weakened(backups, worstAge(streams((one) => !one.unsure)), unsure);
  if (replica === undefined) return point;
  return worseOf(point, replica) === point ? replica : point;
};

const weakened = (all: Figure, sure: Figure, unsure: PointGroup["copies"]): Figure => {
  if (all.kind !== "known" && all.kind !== "at least") return all;
  const atMost = sure.kind === "known" ? sure.seconds : sure.kind === "at least" ? sure.atMost : undefined;
  const doubts = [...new Set(unsure.flatMap(({ copy }) => copy.home.unknown))];
  return {
    kind: "at least",
    seconds: all.seconds,
    strictly: all.kind === "at least" && all.strictly,
    ...(atMost === undefined ? {} : { atMost }),
    missing: [...(all.kind === "at least" ? all.missing : []), ...doubts],
    arithmetic: all.arithmetic,
  };
};
