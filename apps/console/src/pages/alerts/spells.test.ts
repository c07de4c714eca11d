import { expect, test } from "vitest";
import type { Api } from "../../api/client.ts";
import { isMatched, matchersOf } from "./matcher.ts";
import { coursesOf, firedFor } from "./spells.ts";

type Alert = Api<"Alert">;

const anAlert = (given: Partial<Alert>): Alert => ({
  id: "a",
  rule: "NodeDown",
  severity: "warning",
  summary: "node03 is unreachable",
  subject: "node node03",
  labels: { alertname: "NodeDown", node: "node03" },
  state: "firing",
  since: 0,
  ...given,
});

const aMove = (at: number, to: Api<"AlertMove">["to"], alert: Partial<Alert> = {}): Api<"AlertMove"> => ({
  at,
  from: to === "firing" ? "pending" : "firing",
  to,
  alert: anAlert({ state: to === "resolved" ? "resolved" : "firing", ...alert }),
});

const stretch = { from: 1000, to: 2000 };

test("an alert fired from its firing to its end, and one that goes on has none", () => {
  const [course] = coursesOf([aMove(1800, "firing"), aMove(1300, "resolved"), aMove(1200, "firing")], [], stretch);
  expect(course?.spells).toEqual([{ from: 1200, until: 1300 }, { from: 1800 }]);
  expect(course === undefined ? undefined : firedFor(course, stretch)).toBe(300);
});

test("what began before the stretch counts from its beginning", () => {
  const [course] = coursesOf([aMove(1100, "resolved", { fired: 400 })], [], stretch);
  expect(course?.spells).toEqual([{ from: 400, until: 1100 }]);
  expect(course === undefined ? undefined : firedFor(course, stretch)).toBe(100);
});

test("what fires throughout is there though it made no move, and the gravest comes first", () => {
  const going = anAlert({ id: "b", severity: "critical", fired: 10 });
  const later = anAlert({ id: "c", fired: 3000 });
  const courses = coursesOf([aMove(1800, "firing")], [going, later], stretch);
  expect(courses.map(({ alert }) => alert.id)).toEqual(["b", "a"]);
});

test("what only was about to fire has no course", () => {
  expect(coursesOf([aMove(1100, "pending"), aMove(1200, "inactive")], [], stretch)).toEqual([]);
});

test("a silence that begins with an alert's labels keeps that alert quiet, and none of another node", () => {
  const { labels } = anAlert({});
  const matchers = matchersOf({ ...labels, severity: "warning" });
  expect(matchers).toEqual([
    { label: "alertname", kind: "=", value: "NodeDown" },
    { label: "node", kind: "=", value: "node03" },
  ]);
  expect(isMatched(matchers, labels)).toBe(true);
  expect(isMatched(matchers, { ...labels, node: "node04" })).toBe(false);
});

test.each([
  ["=~", "node0.", true],
  ["=~", "node", false],
  ["!~", "node0.", false],
  ["!=", "node04", true],
  ["=~", "node0[", false],
  ["!~", "node0[", false],
] as const)("node03 %s %s is %s", (kind, value, wanted) => {
  expect(isMatched([{ label: "node", kind, value }], { node: "node03" })).toBe(wanted);
});

test("without a matcher nothing is kept quiet", () => {
  expect(isMatched([], { node: "node03" })).toBe(false);
});
