import type { Inventory, Lab, ProcedureId, Seconds } from "@orrery/model";
import type { AlertRule, Example, ExampleSeries, Response, Run } from "../alert-rule.ts";
import type { ExpectedGuest } from "../expected.ts";
import {
  type Condition,
  calculate,
  type Expression,
  either,
  labelled,
  type Select,
  select as selectAny,
} from "../expression/expression.ts";
import { anyOf, type Labels } from "../labels.ts";
import type { Metric } from "../metrics.ts";

/** What rules are made of. */
export type Making = {
  readonly lab: Lab;
  readonly inventory: Inventory;
  readonly expected: readonly ExpectedGuest[];
  /** Since when on schedules are looked at. */
  readonly at: number;
};

/** Like `select`, of the metrics that are known to be offered. */
export const select = (metric: Metric, ...conditions: readonly Condition[]): Select => selectAny(metric, ...conditions);

export const series = (metric: Metric, labels: Labels, ...runs: readonly Run[]): ExampleSeries => ({
  metric,
  labels,
  runs,
});

/** From one look to the next, which are not ten seconds apart to the millisecond: what was there in both is no slip. */
export const seenTwice: Seconds = 5;
export const minute: Seconds = 60;
export const hour: Seconds = 3_600;
export const day: Seconds = 86_400;

/** Looks at minute by minute, at the minute that is named. */
export const example = (
  title: string,
  at: Seconds,
  all: readonly ExampleSeries[],
  fires: readonly Labels[] = [],
): Example => ({ title, step: minute, series: all, at, fires });

/** Looks every ten minutes. */
export const longExample = (
  title: string,
  at: Seconds,
  all: readonly ExampleSeries[],
  fires: readonly Labels[] = [],
): Example => ({ title, step: 10 * minute, series: all, at, fires });

/** With the label `node`, out of the id of a node. */
export const ofNode = (expression: Expression): Expression => labelled(expression, "node", "id", "node/(.+)");

/** With the labels `node` and `name`, out of what is told of each guest. */
export const ofGuest = (expression: Expression, guests: Expression): Expression =>
  calculate(expression, "*", guests, { on: ["id"], copy: ["name", "node"] });

export const everyGuest: Expression = select("pve_guest_info");

/** What is told of certain guests: by their ids, by their names where an id is not known. */
export const theseGuests = (guests: readonly ExpectedGuest[]): Expression | undefined => {
  const ids = guests.flatMap(({ id }) => id ?? []);
  const names = guests.flatMap(({ id, name }) => (id === undefined ? [name] : []));
  const byId = ids.length === 0 ? undefined : select("pve_guest_info", `id=~${anyOf(ids)}`);
  const byName = names.length === 0 ? undefined : select("pve_guest_info", `name=~${anyOf(names)}`);
  return byId === undefined || byName === undefined ? (byId ?? byName) : either(byId, byName, ["id"]);
};

/** A guest for examples. */
export const exampleGuest = (guests: readonly ExpectedGuest[]): { id: string; name: string } => {
  const guest = guests[0];
  return { id: guest?.id ?? "qemu/100", name: guest?.name ?? "guest" };
};
export const exampleNode = ({ lab }: Making): string => Object.keys(lab.cluster.nodes)[0] ?? "node";
export const infoOf = (guest: { id: string; name: string }, node: string, times: number): ExampleSeries =>
  series("pve_guest_info", { ...guest, node, type: "qemu", template: "0", tags: "" }, [1, times]);

/** What a procedure says, where the declaration has it. */
const procedureOf = ({ lab }: Making, procedure: ProcedureId, document?: string): Response => {
  const written =
    document ??
    lab.maintenance.procedures.find(({ id }) => id === procedure)?.document ??
    lab.recovery.scenarios.find((scenario) => scenario.procedure === procedure)?.document;
  return { procedure, ...(written === undefined ? {} : { document: written }) };
};

const documentOnly = (document: string | undefined): Response => (document === undefined ? {} : { document });

/** The response to one of the thresholds; what the monitoring chapter says in general, where there is none. */
export const responseTo = (making: Making, subject: Lab["monitoring"]["thresholds"][number]["subject"]): Response => {
  const { thresholds, document } = making.lab.monitoring;
  const threshold = thresholds.find((one) => one.subject === subject);
  return threshold === undefined ? documentOnly(document) : procedureOf(making, threshold.response, threshold.document);
};

/** The recovery from a failure. */
export const recoveryFrom = (making: Making, kind: Lab["recovery"]["scenarios"][number]["fails"]["kind"]): Response => {
  const scenario = making.lab.recovery.scenarios.find(({ fails }) => fails.kind === kind);
  return scenario === undefined
    ? documentOnly(making.lab.recovery.document)
    : procedureOf(making, scenario.procedure, scenario.document);
};

export const generally = ({ lab }: Making): Response => documentOnly(lab.monitoring.document);
export const aboutBackups = ({ lab }: Making): Response => documentOnly(lab.backup.document ?? lab.monitoring.document);

/** Makes rules of a lab; none where it has nothing that they are about. */
export type RuleMaker = (making: Making) => readonly AlertRule[];
