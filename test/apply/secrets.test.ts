import { type ApplyEvent, memoryJournal } from "@orrery/apply";
import type { PveReply, PveRequest } from "@orrery/contract";
import { type PveVersion, proxmoxOver } from "@orrery/contract";
import { type Action, planText } from "@orrery/plan";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyOn, aWorld, labWith, onTwin, planOn } from "./applied.ts";
import { aPoolAction } from "./some-actions.ts";

const empty = planOn(onTwin(aWorld()), labWith({}));

/** Makes a pool whose comment is a secret, and a user with a password that may be too short. */
const secretAction = (secret: string): Action =>
  aPoolAction("first", {
    calls: [
      {
        method: "POST",
        path: "/access/users",
        parameters: {
          userid: "someone@pve",
          password: { secret },
          comment: { secret, after: "key=", encoding: "base64" },
        },
        answers: "nothing",
      },
      { method: "POST", path: "/pools", parameters: { poolid: "first", comment: "made" }, answers: "nothing" },
    ],
  });

/** A server that repeats what it was told, as Proxmox does where a value does not fit. */
const parrot = (twin: ReturnType<typeof onTwin>) => {
  const send = async (request: PveRequest): Promise<PveReply> => {
    const reply = await twin.send(request);
    if (request.method !== "POST") return reply;
    const said = JSON.stringify(Object.values(request.params));
    return { status: 500, reason: `value ${said} is not what I like`, body: undefined, answeredBy: reply.answeredBy };
  };
  return { ...twin, pve: proxmoxOver<PveVersion>(twin.world.release, { send }, twin.clock) };
};

const planted = fc.string({ minLength: 6, maxLength: 30 }).filter((text) => text.trim() === text && /\w{4}/.test(text));

test("a secret goes where it has to, and is told to nobody else", async () => {
  const plan = { ...(await empty), actions: [secretAction("env:PLANTED")] };
  await fc.assert(
    fc.asyncProperty(planted, async (secret) => {
      const twin = onTwin(aWorld());
      const journal = memoryJournal();
      const events: ApplyEvent[] = [];
      const sent: string[] = [];
      const over = parrot({
        ...twin,
        send: (request) => {
          if (request.method === "POST") sent.push(String(request.params.password), String(request.params.comment));
          return twin.send(request);
        },
      });
      const applied = await applyOn(over, {
        plan,
        journal,
        tell: (event) => events.push(event),
        secrets: (place) => Promise.resolve(place === "env:PLANTED" ? secret : undefined),
      });
      expect(sent.slice(0, 2)).toEqual([secret, `key=${Buffer.from(secret).toString("base64")}`]);
      expect(applied).toMatchObject({ kind: "applied", tally: { failed: 1 } });
      for (const told of [applied, journal.records, events].map((one) =>
        JSON.stringify(one, (key, value) => (key === "state" ? undefined : value)),
      ))
        for (const form of [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          Buffer.from(secret).toString("base64"),
        ])
          expect(told).not.toContain(JSON.stringify(form).slice(1, -1));
      expect(planText(plan)).not.toContain(secret);
    }),
    { numRuns: 40 },
  );
});

test("a secret that is missing is said before anything is sent", async () => {
  const twin = onTwin(aWorld());
  const plan = { ...(await empty), actions: [secretAction("env:PLANTED"), secretAction("file:/run/nothing")] };
  const one = { ...plan, actions: plan.actions.map((action, index) => ({ ...action, id: `pool first/${index}` })) };
  const refused = await applyOn(twin, { plan: one });
  expect(refused).toMatchObject({
    problems: [
      { kind: "secret", why: "There is no secret at env:PLANTED.", next: "Set PLANTED in the environment." },
      { kind: "secret", why: "There is no secret at file:/run/nothing." },
    ],
  });
  expect(twin.asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
});

test("what the cluster tells only once is kept before all else, or the plan is refused", async () => {
  const action = aPoolAction("first", {
    calls: [
      {
        method: "POST",
        path: "/access/users/{userid}/token/{tokenid}",
        parameters: { userid: "root@pam", tokenid: "made" },
        answers: "nothing",
        reveals: { key: "value", as: "token root@pam!made" },
      },
      { method: "POST", path: "/pools", parameters: { poolid: "first", comment: "made" }, answers: "nothing" },
    ],
  });
  const plan = { ...(await empty), actions: [action] };
  expect(await applyOn(onTwin(aWorld()), { plan })).toMatchObject({ kind: "refused", problems: [{ kind: "secret" }] });
  const twin = onTwin(aWorld());
  const kept = new Map<string, string>();
  const journal = memoryJournal();
  const applied = await applyOn(twin, {
    plan,
    journal,
    keepSecret: (as, secret) => {
      kept.set(as, secret);
      return Promise.resolve();
    },
  });
  expect(applied).toMatchObject({ tally: { done: 1 } });
  const secret = kept.get("token root@pam!made");
  expect(secret).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(journal.records)).not.toContain(secret);
});
