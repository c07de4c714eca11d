import { type Instant, inventoryOf, type Lab } from "@orrery/model";
import type { AlertRule } from "../alert-rule.ts";
import { expectedGuests } from "../expected.ts";
import { lookBack } from "../expression/evaluate.ts";
import { selections } from "../expression/expression.ts";
import { perCluster } from "../expression/per-cluster.ts";
import type { Reach } from "../series.ts";
import { backupRules } from "./backups.ts";
import { clusterRules } from "./cluster.ts";
import { collectorRules } from "./collector.ts";
import { declarationRules } from "./declaration.ts";
import { guestRules } from "./guests.ts";
import type { RuleMaker } from "./making.ts";
import { nodeRules } from "./nodes.ts";
import { storageRules } from "./storages.ts";

const makers = {
  cluster: clusterRules,
  nodes: nodeRules,
  storages: storageRules,
  guests: guestRules,
  backups: backupRules,
  declaration: declarationRules,
  collector: collectorRules,
} as const satisfies Readonly<Record<string, RuleMaker>>;

export type Subject = keyof typeof makers;

/** A rule that several clusters in one Prometheus do not mix up. */
export const ofEachCluster = <Rule extends Pick<AlertRule, "expression">>(rule: Rule): Rule => ({
  ...rule,
  expression: perCluster(rule.expression),
});

/**
 * What a lab is to be told of, subject by subject.
 *
 * @param at since when on its schedules are looked at, to tell how far apart backups are
 */
export const rulesOf = (lab: Lab, at: Instant): Readonly<Record<Subject, readonly AlertRule[]>> => {
  const inventory = inventoryOf(lab);
  const making = { lab, inventory, expected: expectedGuests(inventory), at };
  const made = (maker: RuleMaker): readonly AlertRule[] => maker(making).map(ofEachCluster);
  return {
    cluster: made(makers.cluster),
    nodes: made(makers.nodes),
    storages: made(makers.storages),
    guests: made(makers.guests),
    backups: made(makers.backups),
    declaration: made(makers.declaration),
    collector: made(makers.collector),
  };
};

/** How far back what rules ask for is asked for, at the least as long as a newest value counts. */
export const reachOf = (rules: readonly Pick<AlertRule, "expression">[]): Reach => {
  const asked = rules.flatMap(({ expression }) => selections(expression));
  return Object.fromEntries(
    [...Map.groupBy(asked, ({ select: { metric } }) => metric)].map(([metric, ofMetric]) => [
      metric,
      [...Map.groupBy(ofMetric, ({ select: { where } }) => JSON.stringify(where)).values()].flatMap((alike) => {
        const [first] = alike;
        const span = Math.max(...alike.map(({ back }) => back)) + lookBack;
        return first === undefined ? [] : [{ where: first.select.where, span }];
      }),
    ]),
  );
};
