import type { Delivery, Message, Notifier, Pace } from "@orrery/alerting";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Look } from "../look.ts";
import type { AlertMemory } from "./alert-memory.ts";
import { type AlertNews, AlertWatch, type AlertWatchOptions } from "./alert-watch.ts";
import type { Receivers } from "./delivery.ts";
import { memoryAlertMemory } from "./memory-alert-memory.ts";
import { listeningNotifier, lookAt } from "./testing/looking.ts";

const receivers: Receivers = {
  team: { kind: "webhook", severities: ["critical", "warning"], url: "https://hook.example" },
};
const begin = Date.UTC(2026, 10, 22, 12);
const second = 1000;
/** A quicker one, so that lives are short. */
const quick: Pace = { groupBy: ["alertname", "severity"], groupWait: 20, groupInterval: 40, repeat: 3600 };

const watching = (more: Partial<AlertWatchOptions> = {}) => {
  const memory = memoryAlertMemory();
  const notifier = listeningNotifier();
  const news: AlertNews[] = [];
  const complaints: string[] = [];
  let now = begin;
  const options: AlertWatchOptions = {
    cluster: "lab",
    clock: { now: () => now },
    memory,
    notifier,
    receivers: () => Promise.resolve(receivers),
    externalUrl: () => "https://orrery.example",
    pace: quick,
    told: (one) => news.push(one),
    complain: (sentence, error) => complaints.push(`${sentence}: ${String(error)}`),
    ...more,
  };
  const one = new AlertWatch(options);
  /** One look every ten seconds, from then on. */
  const look = async (nodes: Record<string, boolean>, times = 1, by: AlertWatch = one): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      now += 10 * second;
      await by.look(lookAt(now, nodes));
      await by.settled();
    }
  };
  return { options, memory: options.memory, notifier, news, complaints, one, look, now: () => now };
};

const bodyOf = (message: Message): string => (message.kind === "post" ? JSON.stringify(message.body) : message.text);
/** `firing a`, `resolved a+b`: what a webhook says of which nodes. */
const saidOf = (message: Message): string => {
  const body = JSON.parse(bodyOf(message)) as { alerts: { status: string; labels: { node?: string } }[] };
  const of = (status: string): string =>
    body.alerts
      .filter((alert) => alert.status === status)
      .map(({ labels }) => labels.node ?? "")
      .toSorted()
      .join("+");
  return ["firing", "resolved"].flatMap((status) => (of(status) === "" ? [] : [`${status} ${of(status)}`])).join(", ");
};

test("a node that goes is told of, an incident opens, and its return is told as well", async () => {
  const { look, notifier, news, memory, now } = watching();
  await look({ a: true, b: true }, 3);
  expect(await memory.going("lab")).toMatchObject({ watch: {} });
  await look({ a: false, b: true }, 10);
  expect(notifier.heard.map(({ message }) => saidOf(message))).toEqual(["firing a"]);
  const [incident] = await memory.incidents("lab", 10);
  expect(incident).toMatchObject({ subject: "node a", severity: "warning", state: { kind: "open" } });
  await look({ a: true, b: true }, 20);
  expect(notifier.heard.map(({ message }) => saidOf(message))).toEqual(["firing a", "resolved a"]);
  expect(await memory.incident("lab", incident?.id ?? "")).toMatchObject({ state: { kind: "calm" } });
  const moves = await memory.transitions("lab", { from: begin, to: now(), limit: 100 });
  expect(moves.map(({ alert, to }) => `${alert.name} ${to}`).filter((one) => one.startsWith("NodeDown"))).toContain(
    "NodeDown resolved",
  );
  expect(news.flatMap(({ incidents }) => incidents).length).toBeGreaterThan(1);
});

test("every alert, and so every notification, says of which cluster it is", async () => {
  const { look, notifier } = watching();
  await look({ a: false }, 12);
  expect(notifier.heard.map(({ message }) => JSON.parse(bodyOf(message)))).toEqual([
    expect.objectContaining({ groupLabels: { alertname: "NodeDown", severity: "warning", cluster: "lab" } }),
  ]);
});

test("what is not seen any more is not well: alerts stay, and that nothing is seen is told", async () => {
  const { look, notifier, memory } = watching();
  await look({ a: false, b: true }, 10);
  await look({}, 30);
  const going = await memory.going("lab");
  const states = Object.values(going?.watch ?? {}).flatMap((alerts) =>
    Object.values(alerts).map(({ name, state }) => `${name} ${state.kind}`),
  );
  expect(states).toEqual(expect.arrayContaining(["NodeDown firing", "ScrapeFailing firing"]));
  expect(notifier.heard.some(({ message }) => saidOf(message).includes("resolved"))).toBe(false);
});

test("a silence keeps it from being told, and not from being known", async () => {
  const { look, notifier, memory, now } = watching();
  const silence = {
    id: "s1",
    matchers: [{ label: "node", kind: "=", value: "a" }] as const,
    starts: begin,
    ends: begin + 3600 * second,
    by: "ada",
    why: "it is being mended",
    setAt: begin,
  };
  await memory.addSilence("lab", silence);
  await look({ a: false, b: false }, 10);
  expect(notifier.heard.map(({ message }) => saidOf(message))).toEqual(["firing b"]);
  expect(await memory.incidents("lab", 10)).toMatchObject([{ subject: "node b" }]);
  expect(await memory.endSilence("lab", "s1", now())).toBe(true);
  await look({ a: false, b: false }, 10);
  expect(notifier.heard.map(({ message }) => saidOf(message))).toEqual(["firing b", "firing a+b"]);
});

test("a receiver that is away is told later, in order; another is told at once", async () => {
  let away = true;
  const told: string[] = [];
  const notifier: Notifier = {
    send: (receiver, message) => {
      const isAway = away && receiver.kind === "slack";
      if (!isAway)
        told.push(`${receiver.kind} ${message.kind === "post" ? JSON.stringify(message.body).slice(0, 12) : ""}`);
      return Promise.resolve<Delivery>(isAway ? { kind: "failed", why: "away", retryable: true } : { kind: "sent" });
    },
  };
  const both: Receivers = {
    ...receivers,
    chat: { kind: "slack", severities: ["warning"], url: { kind: "secret", from: "env:SLACK" } },
  };
  const { look, memory } = watching({ notifier, receivers: () => Promise.resolve(both) });
  await look({ a: false, b: true }, 10);
  await look({ a: false, b: false }, 20);
  expect(told.map((one) => one.split(" ")[0])).toEqual(["webhook", "webhook"]);
  expect(await memory.unsettled("lab")).toHaveLength(2);
  away = false;
  await look({ a: false, b: false }, 60);
  expect(told.map((one) => one.split(" ")[0])).toEqual(["webhook", "webhook", "slack", "slack"]);
  expect(await memory.unsettled("lab")).toEqual([]);
});

test("while the memory is gone nobody is told twice of anything, and once it is back of all", async () => {
  const kept = memoryAlertMemory();
  let gone = false;
  const memory: AlertMemory = {
    ...kept,
    keep: (...given) => (gone ? Promise.reject(new Error("gone")) : kept.keep(...given)),
  };
  const { look, notifier, complaints } = watching({ memory });
  await look({ a: true, b: true }, 2);
  gone = true;
  await look({ a: false, b: true }, 10);
  expect(notifier.heard).toEqual([]);
  expect(complaints.length).toBe(10);
  gone = false;
  await look({ a: false, b: true }, 10);
  expect(notifier.heard.map(({ message }) => saidOf(message))).toEqual(["firing a"]);
});

test("a clock that is set does not end an alert, nor begin one", async () => {
  const { one, look, notifier, memory, now } = watching();
  await look({ a: false, b: true }, 10);
  for (const by of [-3_600_000, 7_200_000]) {
    let at = now() + by;
    for (let looks = 0; looks < 12; looks += 1) {
      at += 10 * second;
      await one.look({ ...lookAt(at, { a: false, b: true }), ...(looks === 0 ? { jumped: by } : {}) });
    }
    // The rest of this test goes on from where the clock was.
    await one.look({ ...lookAt(now() + 130 * second, { a: false, b: true }), jumped: -by });
  }
  const going = await memory.going("lab");
  expect(JSON.stringify(going?.watch)).toContain('"NodeDown"');
  expect(notifier.heard.map(({ message }) => saidOf(message))).toEqual(["firing a"]);
});

class Killed extends Error {}

/** Where a server is killed: at the so-manyth thing that it does outside of itself, before or after it is done. */
type Death = { readonly step: number; readonly after: boolean };

/** A memory and a notifier that die together. */
const mortal = (memory: AlertMemory, notifier: Notifier, death: Death) => {
  let steps = 0;
  let dead = false;
  /** Something went out, and nobody noted that it did. */
  let diedSending = false;
  const doing =
    <A extends unknown[], R>(act: (...given: A) => Promise<R>, sentIf?: "after" | "before") =>
    async (...given: A): Promise<R> => {
      if (dead) throw new Killed();
      steps += 1;
      if (steps === death.step) {
        dead = true;
        if (death.after) await act(...given);
        diedSending = sentIf === (death.after ? "after" : "before");
        throw new Killed();
      }
      const result = await act(...given);
      if (dead) throw new Killed();
      return result;
    };
  const { keep, claim, settle, load, unsettled, silences } = memory;
  return {
    isDead: () => dead,
    diedSending: () => diedSending,
    memory: {
      ...memory,
      keep: doing(keep),
      claim: doing(claim),
      settle: doing(settle, "before"),
      load: doing(load),
      unsettled: doing(unsettled),
      silences: doing(silences),
    },
    notifier: { send: doing(notifier.send, "after") },
  };
};

test("killed at any point and resumed by another, nobody is told twice and nothing is left out", async () => {
  const lives = fc.array(
    fc.record({ node: fc.constantFrom("a", "b", "c"), up: fc.boolean(), looks: fc.integer({ min: 1, max: 12 }) }),
    { minLength: 1, maxLength: 6 },
  );
  const deaths = fc.array(fc.record({ step: fc.integer({ min: 1, max: 120 }), after: fc.boolean() }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(lives, deaths, async (life, dying) => {
      const { options, notifier, memory } = watching();
      let now = begin;
      const clock = { now: () => now };
      const left = [...dying];
      let uncertain = 0;
      const born = () => {
        const death = left.shift() ?? { step: Number.POSITIVE_INFINITY, after: false };
        const body = mortal(memory, notifier, death);
        return { body, one: new AlertWatch({ ...options, clock, memory: body.memory, notifier: body.notifier }) };
      };
      let { body, one } = born();
      const up: Record<string, boolean> = { a: true, b: true, c: true };
      const told: Record<string, number> = {};
      const look = async (): Promise<void> => {
        now += 10 * second;
        await one.look(lookAt(now, { ...up }));
        await one.settled();
        if (!body.isDead()) return;
        if (body.diedSending()) uncertain += 1;
        ({ body, one } = born());
      };
      for (const change of life) {
        up[change.node] = change.up;
        for (let looks = 0; looks < change.looks; looks += 1) await look();
      }
      // Until all is told: the longest group, a claim that nobody settles, and what is left of deaths.
      for (let looks = 0; looks < 40; looks += 1) await look();

      const ids = notifier.heard.map(({ id }) => id);
      // Who dies between an answer and its note cannot know; the receiver can, by the id.
      expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(uncertain);
      const known = new Set<string>();
      const seen = new Set<string>();
      for (const { id, message } of notifier.heard) {
        if (seen.has(id)) continue;
        seen.add(id);
        for (const part of saidOf(message).split(", ")) {
          const [state = "", names = ""] = part.split(" ");
          for (const name of names.split("+")) {
            if (state === "resolved") expect(known.delete(name)).toBe(true);
            else if (!known.has(name)) {
              known.add(name);
              told[name] = (told[name] ?? 0) + 1;
            }
          }
        }
      }
      const down = Object.keys(up).filter((name) => !up[name]);
      expect([...known].toSorted()).toEqual(down.toSorted());
      expect(await memory.unsettled("lab")).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("two who both believe to lead tell of each thing once", async () => {
  const { options, look, notifier, one } = watching();
  const other = new AlertWatch(options);
  for (let looks = 0; looks < 15; looks += 1) {
    await look({ a: false, b: true }, 1, one);
    await look({ a: false, b: true }, 1, other);
  }
  expect(notifier.heard.map(({ message }) => saidOf(message))).toEqual(["firing a"]);
});

test("a log and a listener that fail end neither the alerts nor the telling of them", async () => {
  const broken = (): never => {
    throw new Error("the disk of the log is full");
  };
  const memory = memoryAlertMemory();
  let away = true;
  const { look, notifier } = watching({
    memory: { ...memory, load: (cluster) => (away ? Promise.reject(new Error("gone")) : memory.load(cluster)) },
    complain: broken,
    told: broken,
  });
  await look({ a: true }, 2);
  away = false;
  await look({ a: false }, 10);
  expect(notifier.heard.map(({ message }) => saidOf(message))).toEqual(["firing a"]);
});

test("whoever takes over holds what it has not judged yet as it was, and nothing that it sees", async () => {
  const { look, options, now } = watching();
  const section = { metric: "orrery_collect_section_up", labels: { section: "disks", subject: "node/b" }, value: 0 };
  const states = async () =>
    Object.values((await options.memory.going("lab"))?.watch ?? {})
      .flatMap((alerts) => Object.values(alerts).map(({ name, state }) => `${name} ${state.kind}`))
      .toSorted();
  const pass = async (to: AlertWatch, count: number, more: Partial<Look>, isUp: boolean): Promise<void> => {
    const from = (await options.memory.going("lab"))?.at ?? now();
    for (let one = 1; one <= count; one += 1) {
      const seen = lookAt(from + one * 10 * second, { a: isUp, b: true });
      await to.look({ ...seen, ...more, samples: [...seen.samples, ...(more.samples ?? [])] });
    }
    await to.settled();
  };
  await look({ a: true, b: true });
  await pass(new AlertWatch(options), 70, { samples: [section] }, false);
  expect(await states()).toEqual(["NodeDown firing", "SectionFailing firing"]);
  const next = new AlertWatch(options);
  await pass(next, 10, { isBeginning: true }, true);
  expect(await states()).toEqual(["NodeDown resolved", "SectionFailing firing"]);
  await pass(next, 2, {}, true);
  expect(await states()).toEqual(["NodeDown resolved", "SectionFailing resolved"]);
});
