import type { AlertReceiver } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inhibitions } from "../inhibition.ts";
import { type Labels, labelKey } from "../labels.ts";
import type { Alert, AlertState, Watch } from "../watch.ts";
import { type Dispatching, dispatch, type Notification, nothingTold, type Told } from "./dispatch.ts";
import { pace } from "./pace.ts";
import { rendered } from "./render.ts";
import { quietOf, type Silence } from "./silence.ts";

const firing: AlertState = { kind: "firing", since: 0, fired: 60_000 };
const resolved = (at: number): AlertState => ({ kind: "resolved", since: 0, fired: 60_000, resolved: at });

const anAlert = (labels: Labels, state: AlertState = firing): Alert => ({
  name: labels.alertname ?? "NodeDown",
  labels: { alertname: "NodeDown", severity: "warning", scope: "node", ...labels },
  annotations: {
    summary: `${labels.node ?? "something"} is <unreachable>`,
    description: "Nobody sees it.",
    because: "The declaration says so.",
    procedure: "PROX-RESP-004",
    runbook_url: "../PROX-RESP-004.md",
  },
  value: 0,
  state,
});

const watchOf = (...alerts: readonly Alert[]): Watch => ({
  rule: Object.fromEntries(alerts.map((alert) => [labelKey(alert.labels), alert])),
});

const usual: Dispatching = {
  receivers: { team: { severities: ["critical", "warning"] } },
  pace,
  silences: [],
  openWindows: [],
};

/** Looks every 30 s at what is there from each second on; what was told, in short. */
const lived = (
  days: readonly (readonly [from: number, ...alerts: Alert[]])[],
  until: number,
  setting: (at: number) => Dispatching = () => usual,
): readonly string[] => {
  let told: Told = nothingTold;
  const said: string[] = [];
  for (let at = 0; at <= until; at += 30) {
    const [, ...alerts] = days.findLast(([from]) => from <= at) ?? [0];
    const after = dispatch(watchOf(...alerts), setting(at), JSON.parse(JSON.stringify(told)) as Told, at * 1_000);
    told = after.told;
    for (const one of after.notifications) {
      const names = (some: readonly Alert[]) => some.map(({ labels }) => labels.node ?? labels.name).join("+") || "-";
      said.push(`${at} ${one.receiver} ${one.kind}: ${names(one.firing)}, ${names(one.resolved)}`);
    }
  }
  return said;
};

const [a, b] = [anAlert({ node: "a" }), anAlert({ node: "b" })];

test("alerts of a kind are told of together, after a short wait", () => {
  expect(lived([[0, a, b]], 120)).toEqual(["30 team news: a+b, -"]);
});

test("what comes later waits for the group's interval, and is told with what still fires", () => {
  expect(
    lived(
      [
        [0, a],
        [60, a, b],
      ],
      600,
    ),
  ).toEqual(["30 team news: a, -", "330 team news: a+b, -"]);
});

test("what is resolved is told once", () => {
  const days = [
    [0, a],
    [60, anAlert({ node: "a" }, resolved(60_000))],
  ] as const;
  expect(lived(days, 3_000)).toEqual(["30 team news: a, -", "330 team news: -, a"]);
});

test("what ends before anybody was told of it is told to nobody", () => {
  expect(
    lived(
      [
        [0, a],
        [20, anAlert({ node: "a" }, resolved(20_000))],
      ],
      1_000,
    ),
  ).toEqual([]);
});

test("what goes on firing is told again after four hours", () => {
  expect(lived([[0, a]], 5 * 3_600)).toEqual(["30 team news: a, -", "14430 team reminder: a, -"]);
});

test("a receiver is told of its severities alone", () => {
  const info = anAlert({ node: "a", severity: "info" });
  const both = { ...usual, receivers: { ...usual.receivers, all: { severities: ["info"] as ["info"] } } };
  expect(lived([[0, info]], 60, () => both)).toEqual(["30 all news: a, -"]);
});

const silence: Silence = {
  id: "1",
  matchers: [{ label: "node", kind: "=", value: "a" }],
  starts: 0,
  ends: 700_000,
  by: "ops",
  why: "known",
};

test("a silenced alert is told of when the silence ends", () => {
  expect(lived([[0, a]], 1_000, () => ({ ...usual, silences: [silence] }))).toEqual(["930 team news: a, -"]);
});

test("a silence without matchers keeps nothing quiet", () => {
  const around = { firing: [a], silences: [{ ...silence, matchers: [] }], openWindows: [] };
  expect(quietOf(a, around, 0)).toBeUndefined();
});

const guest = anAlert({ alertname: "GuestDown", scope: "guest", node: "a", name: "db1" });
const around = (...others: Alert[]) => ({ firing: others, silences: [], openWindows: [] });

test("a node that is down keeps its guests quiet, and no others", () => {
  expect(quietOf(guest, around(a, guest), 0)).toMatchObject({ kind: "inhibited" });
  expect(quietOf(guest, around(b, guest), 0)).toBeUndefined();
  expect(quietOf(a, around(a, b), 0)).toBeUndefined();
});

test("a node that is down keeps quiet what cannot be read of it, and how long that took; not what is of others", () => {
  const section = anAlert({ alertname: "SectionFailing", scope: "collector", section: "disks", node: "a" });
  const ofCluster = anAlert({ alertname: "SectionFailing", scope: "collector", section: "tasks" });
  const slow = anAlert({ alertname: "ApiSlow", scope: "collector", url: "/nodes/{node}/disks" });
  expect(quietOf(section, around(a, section), 0)).toMatchObject({ kind: "inhibited" });
  expect(quietOf(section, around(b, section), 0)).toBeUndefined();
  expect(quietOf(ofCluster, around(a, ofCluster), 0)).toBeUndefined();
  expect(quietOf(slow, around(a, slow), 0)).toMatchObject({ kind: "inhibited" });
  expect(quietOf(slow, around(slow), 0)).toBeUndefined();
});

test("a node that is down keeps guests of another cluster as loud as they were", () => {
  const inCluster = (alert: Alert, cluster: string): Alert => ({ ...alert, labels: { ...alert.labels, cluster } });
  const east = inCluster(guest, "east");
  expect(quietOf(east, around(inCluster(a, "east"), east), 0)).toMatchObject({ kind: "inhibited" });
  expect(quietOf(east, around(inCluster(a, "west"), east), 0)).toBeUndefined();
  expect(inhibitions.filter(({ equal }) => !equal.includes("cluster"))).toEqual([]);
});

test("a node that is drained in a window keeps itself quiet, and its guests", () => {
  const maintenance = anAlert({ alertname: "NodeInMaintenance", severity: "none", node: "a" });
  expect(quietOf(a, around(a, maintenance), 0)).toMatchObject({ kind: "inhibited" });
  expect(quietOf(guest, around(guest, maintenance), 0)).toMatchObject({ kind: "inhibited" });
  expect(quietOf(b, around(b, maintenance), 0)).toBeUndefined();
  expect(quietOf(maintenance, around(maintenance), 0)).toEqual({ kind: "statement" });
});

test("what is critical keeps its own warning quiet", () => {
  const warning = anAlert({ alertname: "NodeCpuHigh", node: "a", id: "node/a" });
  const critical = anAlert({ alertname: "NodeCpuHigh", node: "a", id: "node/a", severity: "critical" });
  expect(quietOf(warning, around(warning, critical), 0)).toMatchObject({ kind: "inhibited" });
  expect(quietOf(critical, around(warning, critical), 0)).toBeUndefined();
});

test("what a window brings about is quiet while one is open", () => {
  const expected = anAlert({ alertname: "NodeServiceDown", node: "a", window: "expected" });
  expect(quietOf(expected, { ...around(expected), openWindows: ["fridays"] }, 0)).toEqual({
    kind: "expected",
    window: "fridays",
  });
  expect(quietOf(a, { ...around(a), openWindows: ["fridays"] }, 0)).toBeUndefined();
});

test("over any life of alerts nobody is told of an end without its beginning, or twice of one beginning", () => {
  const names = ["a", "b", "c"];
  const life = fc.array(
    fc.record({ node: fc.constantFrom(...names), up: fc.boolean(), after: fc.integer({ min: 1, max: 20 }) }),
    {
      maxLength: 15,
    },
  );
  fc.assert(
    fc.property(life, (changes) => {
      const states = new Map<string, AlertState>();
      const days: [number, ...Alert[]][] = [];
      let at = 0;
      for (const { node, up, after } of changes) {
        at += after * 30;
        if (up) states.set(node, { kind: "firing", since: at * 1_000, fired: at * 1_000 });
        else if (states.get(node)?.kind === "firing") states.set(node, resolved(at * 1_000));
        days.push([at, ...[...states].map(([name, state]) => anAlert({ node: name }, state))]);
      }
      const known = new Set<string>();
      for (const line of lived(days, at + 1_200)) {
        const [, on = "", off = ""] = /: (.+), (.+)$/.exec(line) ?? [];
        for (const name of off.split("+")) if (name !== "-") expect(known.delete(name)).toBe(true);
        const fresh = on.split("+").filter((name) => name !== "-" && !known.has(name));
        for (const name of fresh) known.add(name);
        // Each says something: a beginning, an end.
        expect(fresh.length > 0 || off !== "-").toBe(true);
      }
      // In the end everybody knows how things stand.
      const still = [...states].filter(([, { kind }]) => kind === "firing").map(([name]) => name);
      expect([...known].sort()).toEqual(still.sort());
    }),
    { numRuns: 200 },
  );
});

const receivers: Record<AlertReceiver["kind"], AlertReceiver> = {
  email: {
    kind: "email",
    severities: ["critical"],
    to: ["ops@example.org"],
    from: "orrery@example.org",
    server: "mx:25",
  },
  webhook: {
    kind: "webhook",
    severities: ["critical"],
    url: "https://hook.example/alerts",
    token: { kind: "secret", from: "env:HOOK" },
  },
  teams: { kind: "teams", severities: ["critical"], url: { kind: "secret", from: "env:TEAMS" } },
  slack: { kind: "slack", severities: ["critical"], url: { kind: "secret", from: "env:SLACK" }, channel: "#lab" },
  ntfy: { kind: "ntfy", severities: ["critical"], server: "https://push.example/", topic: "lab" },
  alertmanager: { kind: "alertmanager", severities: ["critical"], url: "http://am.example:9093/" },
};

const notification: Notification = {
  receiver: "team",
  at: 120_000,
  kind: "news",
  group: { alertname: "NodeDown", severity: "warning" },
  firing: [a],
  resolved: [anAlert({ node: "b" }, resolved(90_000))],
};

const message = (kind: AlertReceiver["kind"], of: Notification = notification) =>
  rendered(of, receivers[kind], "https://orrery.example");

test("every receiver is told what is wrong, why, since when, and what answers it", () => {
  for (const kind of Object.keys(receivers) as AlertReceiver["kind"][]) {
    const text = JSON.stringify(message(kind));
    for (const part of ["unreachable", "The declaration says so.", "PROX-RESP-004", "1970-01-01T00:00:00.000Z"])
      expect([kind, part, text.includes(part)]).toEqual([kind, part, true]);
  }
});

test("a mail has a subject, a text, and HTML in which names are no markup", () => {
  expect(message("email")).toMatchObject({
    kind: "email",
    to: ["ops@example.org"],
    subject: "[Orrery] FIRING (1): NodeDown, warning",
    text: [
      "Firing",
      "",
      "a is <unreachable>",
      "Nobody sees it.",
      "Why: The declaration says so.",
      "Response: PROX-RESP-004, ../PROX-RESP-004.md",
      "Since: 1970-01-01T00:00:00.000Z",
      "",
      "Resolved",
      "",
      "b is <unreachable>",
      "Nobody sees it.",
      "Why: The declaration says so.",
      "Response: PROX-RESP-004, ../PROX-RESP-004.md",
      "Since: 1970-01-01T00:00:00.000Z",
      "Resolved: 1970-01-01T00:01:30.000Z",
      "",
    ].join("\n"),
    html: expect.stringContaining("a is &lt;unreachable&gt;"),
  });
});

test("a webhook gets what Alertmanager's get", () => {
  expect(message("webhook")).toMatchObject({
    kind: "post",
    url: "https://hook.example/alerts",
    token: { kind: "secret", from: "env:HOOK" },
    body: {
      version: "4",
      status: "firing",
      receiver: "team",
      groupLabels: { alertname: "NodeDown", severity: "warning" },
      commonLabels: { alertname: "NodeDown", severity: "warning", scope: "node" },
      alerts: [
        { status: "firing", startsAt: "1970-01-01T00:00:00.000Z", endsAt: "0001-01-01T00:00:00Z" },
        { status: "resolved", endsAt: "1970-01-01T00:01:30.000Z" },
      ],
    },
  });
});

test("cards, pushes and alerts go to where their receivers wait, coloured by what is gravest", () => {
  expect(message("teams")).toMatchObject({
    url: { from: "env:TEAMS" },
    body: { attachments: [{ content: { type: "AdaptiveCard", body: [{ color: "warning" }, {}, {}] } }] },
  });
  expect(message("slack")).toMatchObject({
    body: {
      channel: "#lab",
      attachments: [
        {
          color: "#ef9c00",
          blocks: [{ type: "section", text: { text: expect.stringMatching(/^\*a is &lt;unreachable&gt;\*\n/) } }],
        },
        { color: "#2e7d32" },
      ],
    },
  });
  expect(message("ntfy")).toMatchObject({
    url: "https://push.example",
    body: { topic: "lab", priority: 4, tags: ["warning"] },
  });
  expect(message("ntfy", { ...notification, firing: [] })).toMatchObject({ body: { tags: ["white_check_mark"] } });
  expect(message("alertmanager")).toMatchObject({
    url: "http://am.example:9093/api/v2/alerts",
    body: [{ labels: { node: "a" } }, { labels: { node: "b" }, endsAt: "1970-01-01T00:01:30.000Z" }],
  });
});

test("of very many alerts cards show some, and say how many more there are", () => {
  const firing = Array.from({ length: 300 }, (_, place) => anAlert({ node: `n${place}` }));
  for (const kind of ["teams", "slack", "ntfy"] as const) {
    const text = JSON.stringify(message(kind, { ...notification, firing }));
    expect(text).toContain("And 281 more.");
    expect(text.length).toBeLessThan(28_000);
  }
  expect(JSON.stringify(message("webhook", { ...notification, firing }))).toContain('"n299"');
});
