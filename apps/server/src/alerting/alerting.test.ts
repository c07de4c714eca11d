import { setImmediate } from "node:timers/promises";
import type { Notifier } from "@orrery/alerting";
import { type PveVersion, proxmoxOver } from "@orrery/contract";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { worldOf } from "@orrery/twin-lab";
import { clearFault, fault, VirtualClock } from "@orrery/twin-world";
import { expect, onTestFinished, test, vi } from "vitest";
import { watchFeed } from "../clusters/watch-feed.ts";
import { exampleLab, fieldOf, personOf, serve, setUp } from "../testing/serve.ts";

const minute = 60_000;

/** A server over the tidy lab's twin, which is watched in the twin's own time. */
const watchedLab = async () => {
  const declared = await exampleLab("tidy-lab");
  const world = worldOf(declared.lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) });
  const clock = new VirtualClock(world, () => setImmediate());
  const transport = new InProcessTransport(twinOf(world, "a secret"), { clock, user: "root@pam" });
  const pve = proxmoxOver<PveVersion>(world.release, transport, clock);
  const connect = () =>
    Promise.resolve({ version: pve.version, request: pve.request.bind(pve), close: () => Promise.resolve() });
  const heard: { readonly kind: string; readonly text: string }[] = [];
  const notifier: Notifier = {
    send: (receiver, message) => {
      heard.push({ kind: receiver.kind, text: JSON.stringify(message) });
      return Promise.resolve({ kind: "sent" });
    },
  };
  const feed = watchFeed({ cluster: "lab", clock, connect, lab: declared.lab });
  // A connection takes turns of real time: the twin's waits until the server has had its own.
  const pass = async (milliseconds: number): Promise<void> => {
    for (let done = 0; done < milliseconds; done += 10_000) {
      await clock.advance(clock.now() + 10_000);
      await setImmediate();
    }
  };
  const { server, ask } = await serve([{ id: "lab", declared, feed }], { notifier, clock });
  onTestFinished(async () => {
    await clock.drive(feed.stop());
  });
  const ada = await setUp(ask, server);
  return { world, pass, ask, ada, heard, clock };
};

const namesIn = (json: unknown, list: string, field: string): unknown[] => {
  const found = fieldOf(json, list);
  return Array.isArray(found) ? found.map((one) => fieldOf(one, field)) : [];
};

test("a node that goes is an alert, an incident and a line of the timeline; somebody is told, silences it, and closes it", async () => {
  const { world, pass, ask, ada, heard, clock } = await watchedLab();
  const [viewer, operator] = [
    await personOf(ada, ask, "vera", ["viewer"]),
    await personOf(ada, ask, "otto", ["operator"]),
  ];
  await pass(2 * minute);
  const quiet = await viewer("GET", "/api/clusters/lab/alerts");
  expect(quiet.json).toMatchObject({ openWindows: [] });
  const made = fault(world, { subject: { kind: "node", node: "pve3" }, what: { kind: "is-partitioned" } });
  if ("refused" in made) expect.fail(made.refused);
  const began = clock.now();
  await pass(20_000);
  await vi.waitFor(async () => {
    const { json } = await viewer("GET", "/api/clusters/lab/alerts");
    expect(fieldOf(json, "alerts")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ rule: "NodeDown", severity: "warning", state: "firing", subject: "node pve3" }),
      ]),
    );
  });
  await pass(minute);
  await vi.waitFor(() => expect(heard.map(({ kind }) => kind).toSorted()).toEqual(["ntfy", "slack"]));
  expect(heard[0]?.text).toContain("pve3 is unreachable");

  const incidents = await viewer("GET", "/api/clusters/lab/incidents");
  // Beside it there is the recovery, since HA fenced the node.
  const id = namesIn(incidents.json, "incidents", "id").at(-1);
  const place = `/api/clusters/lab/incidents/${encodeURIComponent(String(id))}`;
  expect((await viewer("GET", place)).json).toMatchObject({
    subject: "node pve3",
    state: "open",
    response: { id: "RESP-003" },
    timeline: [{ kind: "fired" }],
  });
  expect((await viewer("POST", `${place}/entries`, { body: { kind: "note", text: "?" } })).status).toBe(403);
  expect((await operator("POST", `${place}/entries`, { body: { kind: "note", text: "the switch" } })).status).toBe(201);

  const silence = {
    matchers: [{ label: "node", kind: "=", value: "pve3" }],
    ends: clock.now() + 3_600_000,
    why: "ours",
  };
  expect((await viewer("POST", "/api/clusters/lab/silences", { body: silence })).status).toBe(403);
  const set = await operator("POST", "/api/clusters/lab/silences", { body: silence });
  expect(set.status).toBe(201);
  await pass(20_000);
  const { json } = await viewer("GET", "/api/clusters/lab/alerts");
  expect(fieldOf(json, "alerts")).toEqual(
    expect.arrayContaining([expect.objectContaining({ rule: "NodeDown", silencedBy: fieldOf(set.json, "id") })]),
  );
  const ended = await operator("DELETE", `/api/clusters/lab/silences/${String(fieldOf(set.json, "id"))}`);
  expect(ended.json).toEqual({ ended: true });

  clearFault(world, made.id);
  await pass(5 * minute);
  await vi.waitFor(async () => expect((await viewer("GET", place)).json).toMatchObject({ state: "calm" }));
  const closed = await operator("POST", `${place}/entries`, { body: { kind: "closed", text: "a cable" } });
  expect(closed.json).toMatchObject({
    state: "closed",
    timeline: expect.arrayContaining([expect.objectContaining({ by: "otto", title: "a cable" })]),
  });
  expect((await operator("POST", `${place}/entries`, { body: { kind: "note", text: "late" } })).status).toBe(409);

  const line = await viewer("GET", `/api/clusters/lab/timeline?from=${began - minute}&to=${clock.now()}`);
  const entries = fieldOf(line.json, "entries");
  expect(entries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: "alert", subject: "pve3", until: expect.any(Number) }),
      expect.objectContaining({ kind: "incident", subject: "node pve3", until: expect.any(Number) }),
      expect.objectContaining({ kind: "state", title: "pve3 is offline, was online" }),
    ]),
  );
  const history = await viewer("GET", `/api/clusters/lab/alerts/history?from=${began - minute}`);
  expect(namesIn(history.json, "moves", "to")).toEqual(expect.arrayContaining(["firing", "resolved"]));
});

test("who is told is set by an admin in person, with secrets that are meant for it alone, and can be tried", async () => {
  const { ask, ada, heard } = await watchedLab();
  const otto = await personOf(ada, ask, "otto", ["operator"]);
  const team = { kind: "teams", severities: ["critical"], url: { kind: "secret", from: "env:NOTIFY_TEAMS" } };
  const put = (person: typeof ada, receivers: object) => person("PUT", "/api/notifications", { body: { receivers } });
  expect((await put(otto, { team })).status).toBe(403);
  expect((await put(ada, { team })).json).toEqual({ receivers: ["team"] });
  const listed = await otto("GET", "/api/notifications");
  expect(fieldOf(listed.json, "receivers")).toEqual([
    expect.objectContaining({ name: "rota", from: "lab" }),
    expect.objectContaining({ name: "team", from: "lab" }),
    expect.objectContaining({ name: "team", from: "settings", receiver: team, last: [] }),
  ]);
  for (const from of ["env:DATABASE_URL", "file:/etc/shadow"])
    expect((await put(ada, { team: { ...team, url: { kind: "secret", from } } })).json).toMatchObject({
      message: expect.stringContaining("is not meant for notifications"),
    });
  expect((await put(ada, { team: { kind: "pigeon", severities: [] } })).status).toBe(400);
  expect((await ada("POST", "/api/notifications/rota/test")).json).toEqual({ sent: true });
  expect(heard.at(-1)?.text).toContain("nothing is wrong");
  expect((await ada("POST", "/api/notifications/nobody/test")).status).toBe(404);
});

test("a silence has an end, matchers that can be held against labels in no time, and a reason", async () => {
  const { ada, clock } = await watchedLab();
  const ends = clock.now() + minute;
  const set = (body: object) => ada("POST", "/api/clusters/lab/silences", { body });
  const one = { label: "node", kind: "=~", value: "pve[12]|pve3.*" };
  expect((await set({ matchers: [one], ends, why: "x" })).status).toBe(201);
  for (const wrong of [
    { matchers: [], ends, why: "x" },
    { matchers: [{ ...one, value: "(a+)+$" }], ends, why: "x" },
    { matchers: [{ ...one, value: "[" }], ends, why: "x" },
    { matchers: [one], ends: clock.now() - 1, why: "x" },
    { matchers: [one], ends: clock.now() + 400 * 86_400_000, why: "x" },
    { matchers: [one], ends, why: "" },
  ])
    expect((await set(wrong)).status).toBe(400);
  expect((await ada("DELETE", "/api/clusters/lab/silences/nobody")).status).toBe(404);
});
