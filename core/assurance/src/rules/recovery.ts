import type { Path } from "@orrery/model";
import {
  against,
  compared,
  elapsed,
  explain,
  type Figure,
  figureText,
  type LossTime,
  type PointGroup,
  type ScenarioRecovery,
} from "@orrery/protection";
import { fromFailure, unattended } from "../duty.ts";
import type { Draft, Objective } from "../finding.ts";
import { guestNames, recoveries } from "../protection.ts";
import type { Context, Rule } from "../rule.ts";
import { count } from "../words.ts";

const pathOf = (index: number, key: string): Path => ["recovery", "scenarios", index, key];

const covered = ({ copies, lost }: PointGroup): boolean => copies.length + lost.length > 0;

type Told = { readonly groups: readonly PointGroup[]; readonly point: Figure };

/** Groups whose arithmetic is the same, told as one. */
const alike = (groups: readonly PointGroup[]): readonly Told[] => {
  const told = new Map<string, { groups: PointGroup[]; point: Figure }>();
  for (const group of groups) {
    const key = explain(group.point);
    const same = told.get(key);
    if (same === undefined) told.set(key, { groups: [group], point: group.point });
    else same.groups.push(group);
  }
  return [...told.values()];
};

const lossNames = (groups: readonly PointGroup[]): string => {
  const names = [...new Set(groups.flatMap(({ losses }) => losses.map(({ name }) => name)))];
  return names.length <= 4 ? names.join(", ") : `any of ${names.length}, such as ${names[0]}`;
};

const gone = (groups: readonly PointGroup[]): string => {
  const names = [...new Set(groups.flatMap(({ lost }) => lost.map(({ stream }) => stream.name)))];
  return names.length === 0 ? "" : ` Lost with it: ${names.join(", ")}.`;
};

const recoveryPoint: Rule = {
  id: "recovery/rpo",
  chapter: "recovery",
  severity: "error",
  title: "The newest copy that survives a scenario is never older than its RPO",
  why: "The RPO is what the business was told it can lose. A failure comes at the worst moment as readily as at any other.",
  how: "For each failure that the scenario may mean, the copies that survive it are those that stand on nothing that fails. Over nine years of their schedules (days of 25 h, months of five weeks, leap days) the age of the newest is taken just before the next is complete: the interval between two runs, the run and the upload. An unknown hour, run time or upload turns the age into a lower bound: above the RPO it is violated all the same, else unproven. A quorum counts as lost when as many nodes are gone, with their disks, as leave no majority, those first that backups stand on.",
  remedy:
    "Run the policy more often, or give what is lost a copy that does not share its fate; or raise the RPO to what the arithmetic shows.",
  *check(context): Generator<Draft> {
    for (const [index, { scenario, groups }] of context.once(recoveries).entries()) {
      const dated = groups.filter((group) => covered(group) && group.point.kind !== "none");
      for (const { groups: same, point } of alike(dated)) {
        const verdict = against(point, scenario.rpo);
        if (verdict === "met") continue;
        const guests = [...new Set(same.flatMap((group) => group.guests))];
        yield {
          subject: scenario.id,
          path: pathOf(index, "rpo"),
          claim: `${scenario.title}: RPO ${elapsed(scenario.rpo)}`,
          why: `${lossNames(same)}, taking ${guestNames(guests)}: ${compared(point, scenario.rpo)}.${gone(same)}`,
          remedy:
            verdict === "missed"
              ? `Make copies that survive this at least every ${elapsed(scenario.rpo)}, less the time that a copy takes; or declare an RPO above ${elapsed(secondsOf(point))}.`
              : "Declare what is unknown, by measuring one run.",
          verdict: verdict === "missed" ? "violated" : "unproven",
        };
      }
    }
  },
};

/** Late through retrieval alone, which its own rule tells. */
const lateByRetrieval = ({ retrieval }: LossTime, rto: number): boolean =>
  retrieval !== undefined && retrieval.span.least > rto;

const order = { missed: 0, unproven: 1, met: 2 } as const;
const secondsOf = (figure: Figure): number =>
  figure.kind === "known" || figure.kind === "at least"
    ? figure.seconds
    : figure.kind === "none"
      ? Number.MAX_VALUE
      : 0;

const worstTime = (times: readonly LossTime[], rto: number): LossTime | undefined =>
  [...times].sort(
    (a, b) =>
      order[against(a.time, rto)] - order[against(b.time, rto)] ||
      secondsOf(b.time) - secondsOf(a.time) ||
      b.bytes - a.bytes,
  )[0];

const recoveryTime: Rule = {
  id: "recovery/rto",
  chapter: "recovery",
  severity: "error",
  title: "All that a scenario takes down is back within its RTO",
  why: "An RTO that was never added up is a wish. The sum shows which part to buy: a faster link, a nearer copy, sooner detection.",
  how: "Detection, replacement, retrieval from an archive, then restore and boot: one restore at a time on each node that is left, by recovery tier and then name, sharing links and disks fairly. The worst failure of the scenario counts. What is unknown counts as nothing, so that the sum is a lower bound: above the RTO it is violated all the same, else unproven. Waiting for somebody on duty is a rule of its own, and so is retrieval that alone takes longer.",
  remedy: "Shorten the longest part of the sum, or raise the RTO to what it shows.",
  *check(context): Generator<Draft> {
    for (const [index, { scenario, times }] of context.once(recoveries).entries()) {
      const own = times.filter((time) => !lateByRetrieval(time, scenario.rto));
      const worst = worstTime(own, scenario.rto);
      if (worst === undefined) continue;
      const verdict = against(worst.time, scenario.rto);
      if (verdict === "met") continue;
      const as = own.filter(({ time }) => against(time, scenario.rto) === verdict).length;
      yield {
        subject: scenario.id,
        path: pathOf(index, "rto"),
        claim: `${scenario.title}: RTO ${elapsed(scenario.rto)}`,
        why: `${worst.loss.name}${as > 1 ? ` (and ${as - 1} of the ${count(times.length - 1, "other failure")} that it may mean)` : ""}: ${compared(worst.time, scenario.rto)}.`,
        remedy:
          verdict === "missed"
            ? `Shorten the longest part of the sum, or declare an RTO above ${elapsed(secondsOf(worst.time))}.`
            : "Declare what is unknown: time one detection, one restore and one boot.",
        verdict: verdict === "missed" ? "violated" : "unproven",
      };
    }
  },
};

const unrecoverable: Rule = {
  id: "recovery/unrecoverable",
  chapter: "recovery",
  severity: "error",
  title: "Every guest that a scenario takes can be brought back",
  why: "A guest whose device, or whose only copies, went with the node does not come back late: it does not come back.",
  how: "For each failure, the copies that survive and the devices of the nodes that are left are looked up. Guests that no policy covers, and copies missing outside the site, have rules of their own.",
  remedy: "Keep a copy that does not stand on what fails, or a second device of its kind on another node.",
  *check(context): Generator<Draft> {
    for (const [index, { scenario, unrecoverable: lost }] of context.once(recoveries).entries()) {
      const reasons = new Map<string, (typeof lost)[number][]>();
      for (const one of lost) {
        if (one.why === "no policy covers it" || (one.loss.site && one.why === "no copy survives")) continue;
        const key = `${one.loss.nodes.join(",")} ${one.why}`;
        const same = reasons.get(key);
        if (same === undefined) reasons.set(key, [one]);
        else same.push(one);
      }
      for (const same of reasons.values()) {
        const [first] = same;
        if (first === undefined) continue;
        yield {
          subject: scenario.id,
          path: pathOf(index, "fails"),
          claim: `${scenario.title}: back within ${elapsed(scenario.rto)}`,
          why: `With ${first.loss.name}, ${guestNames(same.map(({ guest }) => guest))} cannot be recovered: ${first.why}.`,
          remedy: first.why.startsWith("it needs")
            ? "Put a second device of its kind into another node, or exclude the guest from the objective and say so."
            : "Keep a copy on a storage that does not stand on what fails.",
        };
      }
    }
  },
};

const pointObjective = ({ scenario, groups, point }: ScenarioRecovery, index: number): Objective => {
  const points = groups.length > 0 ? groups.map((group) => group.point) : point === undefined ? [] : [point];
  const verdict = points.reduce<Objective["verdict"]>((worst, one) => {
    const own = against(one, scenario.rpo);
    return order[own] < order[worst] ? own : worst;
  }, "met");
  const figure = point === undefined ? "0 s" : figureText(point);
  return {
    id: `${scenario.id}/rpo`,
    chapter: "recovery",
    path: pathOf(index, "rpo"),
    title: `${scenario.title}: RPO ${elapsed(scenario.rpo)}`,
    verdict,
    ...(figure === undefined ? {} : { figure }),
    why: point === undefined ? "no data is lost by it" : explain(point),
  };
};

const timeObjective = (
  context: Context,
  { scenario, times: alone, time: whole, unrecoverable: lost }: ScenarioRecovery,
  index: number,
): Objective => {
  const wait = unattended(context, scenario);
  const times = alone.map((one) => ({ ...one, time: fromFailure(wait, one.time) }));
  const worst = worstTime(times, scenario.rto);
  const [first] = lost;
  const figure = worst === undefined ? undefined : figureText(worst.time);
  const sums = worst === undefined ? [] : [`${worst.loss.name}: ${explain(worst.time)}`];
  const otherwise = whole === undefined ? "met" : against(whole, scenario.rto);
  return {
    id: `${scenario.id}/rto`,
    chapter: "recovery",
    path: pathOf(index, "rto"),
    title: `${scenario.title}: RTO ${elapsed(scenario.rto)}`,
    verdict: first !== undefined ? "missed" : worst === undefined ? otherwise : against(worst.time, scenario.rto),
    ...(figure === undefined ? {} : { figure }),
    why:
      first === undefined
        ? (sums[0] ?? (whole === undefined ? "it takes no guest down" : explain(whole)))
        : [`${count(lost.length, "guest")} cannot be recovered (${first.guest.name}: ${first.why})`, ...sums].join(
            "; ",
          ),
  };
};

/** Each scenario's RPO, then its RTO. */
export const recoveryObjectives = (context: Context): readonly Objective[] =>
  context
    .once(recoveries)
    .flatMap((recovery, index) => [pointObjective(recovery, index), timeObjective(context, recovery, index)]);

export const recoveryRules: readonly Rule[] = [recoveryPoint, recoveryTime, unrecoverable];
