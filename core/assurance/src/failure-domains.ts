import {
  type Component,
  componentName,
  type Guest,
  type Instant,
  inventoryOf,
  known,
  type Lab,
  type Path,
  type Scenario,
} from "@orrery/model";
import { against, costOf, type Figure, figureText, lossOf, recoveryFrom, survives } from "@orrery/protection";
import { fromFailure, unattended } from "./duty.ts";
import type { Place } from "./finding.ts";
import { networkReaches, placeOf, type Reach } from "./network-reach.ts";
import { protection } from "./protection.ts";
import { type Context, contextOf } from "./rule.ts";

/** What one failure takes with it: the row of a component in the table of failure domains. */
export type FailureDomain = {
  /** `node node05`, `switch labswitch01`, `disks node01/nvme0`. */
  readonly component: string;
  readonly path: Path;
  readonly place?: Place;
  readonly quorum: { readonly survives: boolean; readonly votes: number; readonly needed: number };
  /** Nodes that stand and are parted from the quorate ones; all where quorum is lost. */
  readonly isolated: readonly string[];
  readonly guests: {
    /** Their disks are gone or out of reach. */
    readonly lost: readonly string[];
    /** Their node is gone, their disks are not. */
    readonly down: readonly string[];
    /** They run, and lost the way to their router. */
    readonly cutOff: readonly string[];
  };
  /** Storages that standing nodes no longer reach. */
  readonly storages: readonly { readonly storage: string; readonly nodes: readonly string[] }[];
  /** Services of which every provider is lost, down or cut off. */
  readonly services: readonly string[];
  readonly copies: {
    /** Copies that go with it, or that nobody reaches while it lasts. */
    readonly gone: readonly string[];
    /** Names of the copies that are left to the guests whose data is lost. */
    readonly left: readonly string[];
    /** Guests that no copy is left to. */
    readonly none: readonly string[];
  };
  /** The objectives that this failure puts to the test, each with its verdict for this failure alone. */
  readonly objectives: readonly {
    readonly title: string;
    readonly verdict: "met" | "missed" | "unproven";
    readonly figure?: string;
  }[];
};

/** The scenarios that speak of a failure like this one. Disks take guests' data as a guest's failure does. */
const scenariosFor = ({ lab, inventory }: Context, component: Component): readonly Scenario[] =>
  lab.recovery.scenarios.filter(({ fails }) => {
    if (component.kind === "node") {
      return fails.kind === "node" && (fails.node === "any" || inventory.nodeOf(fails.node) === component.node);
    }
    if (component.kind === "guest") {
      return (
        fails.kind === "guest" && (fails.guest === "any" || inventory.guestOf(fails.guest)?.name === component.guest)
      );
    }
    return component.kind === "disks" && fails.kind === "guest" && fails.guest === "any";
  });

const judged = (title: string, figure: Figure | undefined, most: number): FailureDomain["objectives"] => {
  if (figure === undefined) return [];
  const text = figureText(figure);
  return [{ title, verdict: against(figure, most), ...(text === undefined ? {} : { figure: text }) }];
};

const objectivesUnder = (context: Context, component: Component, reach: Reach): FailureDomain["objectives"] => {
  const loss = lossOf(context.inventory, [component]);
  const recovered = scenariosFor(context, component).flatMap((scenario) => {
    const { point, time } = recoveryFrom(context.once(protection), scenario, [loss]);
    return [
      ...judged(`${scenario.title}: RPO`, point, scenario.rpo),
      // How soon many guests of one disk are back is no scenario's objective.
      ...(component.kind === "disks"
        ? []
        : judged(
            `${scenario.title}: RTO`,
            time === undefined ? undefined : fromFailure(unattended(context, scenario), time),
            scenario.rto,
          )),
    ];
  });
  const always =
    "always" in (known(context.lab.service.hours.service) ?? {}) && (reach.guests > 0 || !reach.quorum.survives);
  return [
    ...recovered,
    ...(reach.quorum.survives ? [] : [{ title: "Quorum outlives any single failure", verdict: "missed" as const }]),
    ...(always ? [{ title: "Service hours: always", verdict: "missed" as const }] : []),
  ];
};

const rowOf = (context: Context, reach: Reach): FailureDomain => {
  const { inventory } = context;
  const { component } = reach;
  const loss = lossOf(inventory, [component]);
  const { lost, down } = costOf(context.once(protection), loss);
  const cutOff = reach.guestsCutOff.flatMap((node) => inventory.guestsOn.get(node) ?? []);
  const affected = new Set<Guest>([...lost.map(({ guest }) => guest), ...down, ...cutOff]);
  const services = [...new Set(context.lab.guests.items.flatMap((guest) => guest.provides))].filter((service) =>
    context.lab.guests.items.every((guest) => !guest.provides.includes(service) || affected.has(guest)),
  );
  const names = (guests: readonly Guest[]): string[] => guests.map((guest) => guest.name);
  const { votes, needed } = reach.quorum;
  return {
    component: componentName(component),
    path: placeOf(context, component),
    quorum: { survives: reach.quorum.survives, votes, needed },
    isolated: reach.isolated,
    guests: { lost: names(lost.map(({ guest }) => guest)), down: names(down), cutOff: names(cutOff) },
    storages: reach.storageCutOff,
    services,
    copies: {
      gone: context
        .once(protection)
        .copies.flatMap((copy) => (survives(copy.home, loss) === "no" ? [copy.stream.name] : [])),
      left: [...new Set(lost.flatMap(({ left }) => left.map((copy) => copy.stream.name)))],
      none: names(lost.flatMap(({ guest, left }) => (left.length === 0 ? [guest] : []))),
    },
    objectives: objectivesUnder(context, component, reach),
  };
};

/** Each single failure that the declaration knows of, in declared order, and what it takes with it. */
export const failureDomains = (
  lab: Lab,
  { at, locate }: { readonly at: Instant; readonly locate?: (path: Path) => Place | undefined },
): readonly FailureDomain[] => {
  const context = contextOf(inventoryOf(lab), at);
  return context.once(networkReaches).map((reach) => {
    const row = rowOf(context, reach);
    const place = locate?.(row.path);
    return place === undefined ? row : { ...row, place };
  });
};
