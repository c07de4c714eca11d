import { setImmediate } from "node:timers/promises";
import type { Message, Notifier } from "@orrery/alerting";
import { type PveVersion, proxmoxOver } from "@orrery/contract";
import { startTemporaryServer, type TemporaryServer } from "@orrery/store";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { bareWorld, clearFault, fault, VirtualClock } from "@orrery/twin-world";
import { type AlertMemory, AlertWatch, ClusterWatch, type Look } from "@orrery/watch";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storeAlertMemory } from "./store-alert-memory.ts";

let postgres: TemporaryServer;
beforeAll(async () => {
  postgres = await startTemporaryServer();
});
afterAll(() => postgres.stop());

const minute = 60_000;
const nodes = ["pve1", "pve2", "pve3"];

/** Ten minutes of a cluster whose nodes go and come back, as they are seen. */
const tenMinutes = async (): Promise<readonly Look[]> => {
  const world = bareWorld({ nodes });
  const clock = new VirtualClock(world, () => setImmediate());
  const pve = proxmoxOver<PveVersion>(
    world.release,
    new InProcessTransport(twinOf(world, "a secret"), { clock, user: "root@pam" }),
    clock,
  );
  const connect = () =>
    Promise.resolve({ version: pve.version, request: pve.request.bind(pve), close: () => Promise.resolve() });
  const watch = new ClusterWatch({ cluster: "lab", clock, connect });
  const looks: Look[] = [];
  watch.listen((look) => looks.push(look));
  watch.start();
  const pass = (milliseconds: number) => clock.advance(clock.now() + milliseconds);
  await pass(minute);
  for (const node of ["pve2", "pve3"]) {
    const made = fault(world, { subject: { kind: "node", node }, what: { kind: "is-partitioned" } });
    if ("refused" in made) throw new Error(made.refused);
    await pass(2 * minute);
    clearFault(world, made.id);
    await pass(2.5 * minute);
  }
  await clock.drive(watch.stop());
  return looks;
};

class Killed extends Error {}

/** Dies at the so-manyth thing that it does outside of itself, before or after that is done. */
const mortal = (memory: AlertMemory, notifier: Notifier, at: number, after: boolean) => {
  let steps = 0;
  const life = { dead: false, uncertain: false };
  const doing =
    <A extends unknown[], R>(act: (...given: A) => Promise<R>, sentIf?: "after" | "before") =>
    async (...given: A): Promise<R> => {
      if (life.dead) throw new Killed();
      steps += 1;
      if (steps !== at) return act(...given);
      life.dead = true;
      if (after) await act(...given);
      life.uncertain = sentIf === (after ? "after" : "before");
      throw new Killed();
    };
  const { keep, claim, settle, load, unsettled, silences } = memory;
  return {
    life,
    notifier: { send: doing(notifier.send, "after") },
    memory: {
      ...memory,
      keep: doing(keep),
      claim: doing(claim),
      settle: doing(settle, "before"),
      load: doing(load),
      unsettled: doing(unsettled),
      silences: doing(silences),
    },
  };
};

const statusOf = (message: Message): string => {
  if (message.kind !== "post") return "";
  const { alerts } = message.body as unknown as {
    alerts: { status: string; labels: { node?: string; alertname: string } }[];
  };
  return alerts
    .filter(({ labels }) => labels.alertname === "NodeDown")
    .map(({ status, labels }) => `${labels.node} ${status}`)
    .join();
};

test("of two servers on a database either is killed at random for ten minutes: no look is missed twice, no alert is doubled", async () => {
  const looks = await tenMinutes();
  expect(looks.length).toBeGreaterThan(58);
  const lives = fc.array(
    fc.record({ steps: fc.integer({ min: 1, max: 60 }), after: fc.boolean(), missed: fc.boolean() }),
    {
      minLength: 3,
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(lives, async (deaths) => {
      const store = await postgres.store();
      const kept = storeAlertMemory(store);
      const told: { readonly id: string; readonly said: string }[] = [];
      const receiver: Notifier = {
        send: (_, message, id) => {
          told.push({ id, said: statusOf(message) });
          return Promise.resolve({ kind: "sent" });
        },
      };
      const left = [...deaths];
      const began = looks[0]?.at ?? 0;
      let now = began;
      let uncertain = 0;
      const born = () => {
        const next = left.shift();
        const body = mortal(kept, receiver, next?.steps ?? Number.POSITIVE_INFINITY, next?.after ?? false);
        const watch = new AlertWatch({
          cluster: "lab",
          clock: { now: () => now },
          memory: body.memory,
          notifier: body.notifier,
          receivers: () =>
            Promise.resolve({
              team: { kind: "webhook", severities: ["critical", "warning"], url: "https://x.example" },
            }),
          externalUrl: () => "https://orrery.example",
          pace: { groupBy: ["alertname", "severity"], groupWait: 20, groupInterval: 40, repeat: 3600 },
        });
        return { ...body, watch, missed: next?.missed ?? false };
      };
      let one = born();
      let skip = false;
      let last = began;
      let longest = 0;
      for (const look of looks) {
        now = look.at;
        if (skip) {
          skip = false;
          continue;
        }
        await one.watch.look(look);
        await one.watch.settled();
        const going = await kept.going("lab");
        if (going !== undefined && going.at > last) {
          longest = Math.max(longest, going.at - last);
          last = going.at;
        }
        if (!one.life.dead) continue;
        if (one.life.uncertain) uncertain += 1;
        // Who takes over needs a moment.
        skip = one.missed && one.life.dead && going?.at === look.at;
        one = born();
      }
      await one.watch.stop();
      await store.close();
      // Two cycles, and what a cycle itself lasts longer than ten seconds.
      expect(longest).toBeLessThanOrEqual(31_000);
      const ids = told.map(({ id }) => id);
      expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(uncertain);
      const heard = told
        .filter(({ id }, place) => ids.indexOf(id) === place)
        .flatMap(({ said: one }) => (one === "" ? [] : [one]));
      expect(heard).toEqual(["pve2 firing", "pve2 resolved", "pve3 firing", "pve3 resolved"]);
    }),
    { numRuns: 3 },
  );
}, 60_000);
