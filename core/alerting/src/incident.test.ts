import { expect, test } from "vitest";
import { type Incident, incidentsAfter, withEntry } from "./incident.ts";
import type { Alert, Transition } from "./watch.ts";

const anAlert = (name: string, labels: Record<string, string>, procedure = "PROX-RESP-004"): Alert => ({
  name,
  labels: { alertname: name, severity: "warning", scope: "node", ...labels },
  annotations: { summary: `${name} of ${labels.node ?? "?"}`, procedure, runbook_url: `../${procedure}.md` },
  value: 0,
  state: { kind: "firing", since: 0, fired: 0 },
});

const fires = (alert: Alert, at: number): Transition => ({ at, alert, from: "pending", to: "firing" });
const ends = (alert: Alert, at: number): Transition => ({ at, alert, from: "firing", to: "resolved" });
const nobody = () => false;

const down = anAlert("NodeDown", { node: "a" });
const findings = [
  { rule: "capacity/node-loss", subject: "node a", why: "no room" },
  { rule: "capacity/node-loss", subject: "node ab", why: "no room" },
];

const only = (incidents: readonly Incident[]): Incident => {
  const [incident] = incidents;
  if (incident === undefined || incidents.length > 1) throw new Error(`${incidents.length} incidents`);
  return incident;
};

test("an alert opens an incident with its response, and the findings around it", () => {
  expect(only(incidentsAfter([], [fires(down, 1_000)], nobody, findings))).toMatchObject({
    id: "19700101T000001Z node a PROX-RESP-004",
    subject: "node a",
    severity: "warning",
    procedure: "PROX-RESP-004",
    document: "../PROX-RESP-004.md",
    state: { kind: "open" },
    findings: [{ subject: "node a" }],
    timeline: [{ at: 1_000, kind: "fired", alert: "NodeDown" }],
  });
});

test("what the same procedure answers on the same node joins, and may make it graver", () => {
  const critical = anAlert("NodeGone", { node: "a", severity: "critical" });
  const incident = only(incidentsAfter([], [fires(down, 0), fires(critical, 5)], nobody, []));
  expect(incident.severity).toBe("critical");
  expect(incident.timeline.map(({ kind }) => kind)).toEqual(["fired", "fired", "graver"]);
  const elsewhere = anAlert("NodeDown", { node: "b" });
  expect(incidentsAfter([incident], [fires(elsewhere, 9)], nobody, [])).toHaveLength(2);
});

test("an incident is calm when nothing of it fires, opens again when something does, and only a person closes it", () => {
  const calm = only(incidentsAfter([], [fires(down, 0), ends(down, 60)], nobody, []));
  expect(calm).toMatchObject({ state: { kind: "calm", since: 60 }, firing: [] });
  const again = only(incidentsAfter([calm], [fires(down, 90)], nobody, []));
  expect(again.state).toEqual({ kind: "open" });
  const closed = withEntry(again, { at: 100, kind: "closed", by: "ops", text: "a loose cable" });
  expect(closed.state).toEqual({ kind: "closed", at: 100, by: "ops" });
  expect(withEntry(closed, { at: 110, kind: "note", by: "ops", text: "late" })).toBe(closed);
  expect(incidentsAfter([closed], [fires(down, 200)], nobody, [])).toHaveLength(2);
});

test("what nobody is told of, and what is worth knowing only, opens none", () => {
  const info = anAlert("UpdatesPending", { node: "a", severity: "info" });
  expect(incidentsAfter([], [fires(down, 0)], () => true, [])).toEqual([]);
  expect(incidentsAfter([], [fires(info, 0)], nobody, [])).toEqual([]);
});
