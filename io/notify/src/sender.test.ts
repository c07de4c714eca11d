import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type Message, type Notification, rendered } from "@orrery/alerting";
import { makeCertificate } from "@orrery/machine";
import type { AlertReceiver } from "@orrery/model";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { type Sending, sender } from "./sender.ts";

type Came = { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** A server that keeps what comes, and answers one after the other; the last answer again and again. */
const listening = async (
  ...answers: readonly { readonly status: number; readonly text?: string; readonly headers?: Record<string, string> }[]
) => {
  const came: Came[] = [];
  const server = createServer((request, answer) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const next = answers[Math.min(came.length, answers.length - 1)] ?? { status: 200 };
      came.push({ url: request.url ?? "", headers: request.headers, body });
      answer.writeHead(next.status, next.headers).end(next.text ?? "ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { came, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const places: Readonly<Record<string, string>> = {
  "env:TOKEN": "tk_0123456789",
  "env:SIGN": "whsec_c2lnbmVkIHdpdGggdGhpcw==",
  "env:PASSWORD": "an engine of brass",
};

/** A sender whose waits are over at once; which they were. */
const sending = (more: Partial<Sending> = {}) => {
  const waits: number[] = [];
  const clock = {
    now: () => 1_700_000_000_000,
    sleep: (milliseconds: number) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
  };
  const one = sender({ clock, secrets: (place) => Promise.resolve(places[place]), withinMs: 2000, ...more });
  onTestFinished(() => one.close());
  return { send: one.send, waits };
};

const told: Notification = {
  receiver: "team",
  at: 120_000,
  kind: "news",
  group: { alertname: "NodeDown", severity: "warning" },
  firing: [
    {
      name: "NodeDown",
      labels: { alertname: "NodeDown", severity: "warning", node: "pve1" },
      annotations: { summary: "pve1 is unreachable", description: "Nobody sees it.", because: "It is declared." },
      value: 1,
      state: { kind: "firing", since: 60_000, fired: 120_000 },
    },
  ],
  resolved: [],
};
const severities: AlertReceiver["severities"] = ["critical", "warning"];
const secret = (from: string) => ({ kind: "secret", from }) as const;
const said = (receiver: AlertReceiver): Message => rendered(told, receiver, "https://orrery.example");

test("a webhook is sent once, with its token, and signed so that whoever knows the secret can tell", async () => {
  const { url, came } = await listening({ status: 204 });
  const receiver: AlertReceiver = {
    kind: "webhook",
    severities,
    url: `${url}/hook?a=b`,
    token: secret("env:TOKEN"),
    signedWith: secret("env:SIGN"),
  };
  expect(await sending().send(receiver, said(receiver), "n-1")).toEqual({ kind: "sent" });
  const [{ url: path, headers, body } = { url: "", headers: {}, body: "" }, ...more] = came;
  expect(more).toEqual([]);
  expect(path).toBe("/hook?a=b");
  expect(headers).toMatchObject({
    authorization: "Bearer tk_0123456789",
    "content-type": "application/json",
    "idempotency-key": "n-1",
    "webhook-id": "n-1",
    "webhook-timestamp": "1700000000",
  });
  const made = createHmac("sha256", "signed with this").update(`n-1.1700000000.${body}`).digest("base64");
  expect(headers["webhook-signature"]).toBe(`v1,${made}`);
  expect(JSON.parse(body)).toMatchObject({ status: "firing", alerts: [{ labels: { node: "pve1" } }] });
});

test("a signature is the one of the example in the specification of Standard Webhooks", async () => {
  const { signed } = await import("./signature.ts");
  const headers = signed(
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1_614_265_330_000,
    '{"test": 2432232314}',
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  );
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("Teams, Slack and ntfy get their own forms, at addresses that only secrets name", async () => {
  const { url, came } = await listening({ status: 202 });
  const { send } = sending({
    secrets: (place) => Promise.resolve(place === "env:TOKEN" ? "tk" : `${url}/in/${place}`),
  });
  const receivers: AlertReceiver[] = [
    { kind: "teams", severities, url: secret("env:TEAMS") },
    { kind: "slack", severities, url: secret("env:SLACK") },
    { kind: "ntfy", severities, server: url, topic: "lab", token: secret("env:TOKEN") },
  ];
  for (const receiver of receivers) expect(await send(receiver, said(receiver), "n")).toEqual({ kind: "sent" });
  expect(came.map(({ url: path }) => path)).toEqual(["/in/env:TEAMS", "/in/env:SLACK", "/"]);
  const [teams, slack, ntfy] = came.map(({ body }): unknown => JSON.parse(body));
  expect(teams).toMatchObject({
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: { type: "AdaptiveCard" } }],
  });
  expect(slack).toMatchObject({ attachments: [{ blocks: [{ type: "section", text: { type: "mrkdwn" } }] }] });
  expect(ntfy).toMatchObject({ topic: "lab", title: "FIRING (1): NodeDown, warning" });
  expect(came[2]?.headers.authorization).toBe("Bearer tk");
});

test("who is away or busy is asked again after a while, with the same key; who refuses is not", async () => {
  const away = await listening({ status: 503 }, { status: 429, headers: { "retry-after": "7" } }, { status: 200 });
  const { send, waits } = sending();
  const receiver = (url: string): AlertReceiver => ({ kind: "webhook", severities, url });
  expect(await send(receiver(away.url), said(receiver(away.url)), "n-2")).toEqual({ kind: "sent" });
  expect(waits).toEqual([1000, 7000]);
  expect(new Set(away.came.map(({ headers }) => headers["idempotency-key"]))).toEqual(new Set(["n-2"]));

  const dead = await listening({ status: 500, text: "broken" });
  expect(await send(receiver(dead.url), said(receiver(dead.url)), "n-3")).toEqual({
    kind: "failed",
    why: expect.stringMatching(/^127\.0\.0\.1:\d+ answered 500: broken$/),
    retryable: true,
  });
  expect(dead.came).toHaveLength(3);

  const refusing = await listening({ status: 403, text: "no" });
  expect(await send(receiver(refusing.url), said(receiver(refusing.url)), "n-4")).toMatchObject({
    kind: "failed",
    retryable: false,
  });
  expect(refusing.came).toHaveLength(1);

  const elsewhere = await listening({ status: 302, headers: { location: refusing.url } });
  expect(await send(receiver(elsewhere.url), said(receiver(elsewhere.url)), "n-5")).toMatchObject({ retryable: false });
  expect(refusing.came).toHaveLength(1);
});

test("who never answers is given up after a time; who is not there is said", async () => {
  const hanging = createServer(() => undefined);
  await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
  const { port } = hanging.address() as AddressInfo;
  const { send } = sending({ withinMs: 50, waitsMs: [] });
  const receiver: AlertReceiver = { kind: "webhook", severities, url: `http://127.0.0.1:${port}` };
  expect(await send(receiver, said(receiver), "n")).toMatchObject({
    why: `127.0.0.1:${port} did not answer within 50 ms`,
    retryable: true,
  });
  hanging.closeAllConnections();
  await new Promise((resolve) => hanging.close(resolve));
  expect(await send(receiver, said(receiver), "n")).toMatchObject({
    why: `127.0.0.1:${port} cannot be reached: ECONNREFUSED`,
    retryable: true,
  });
});

test("no secret is told, whatever the other side quotes; one that is missing is named by its place", async () => {
  const { url } = await listening({ status: 400, text: "what is Bearer tk_0123456789 to me" });
  const receiver: AlertReceiver = { kind: "webhook", severities, url, token: secret("env:TOKEN") };
  const { send } = sending();
  const failed = await send(receiver, said(receiver), "n");
  expect(JSON.stringify(failed)).not.toContain("tk_0123456789");
  expect(failed).toMatchObject({ why: expect.stringContaining("what is Bearer … to me") });
  const nobody: AlertReceiver = { ...receiver, token: secret("env:NOBODY") };
  expect(await send(nobody, said(nobody), "n")).toEqual({
    kind: "failed",
    why: "there is no secret at env:NOBODY",
    retryable: true,
  });
  const teams: AlertReceiver = { kind: "teams", severities, url: secret("env:TOKEN") };
  expect(await send(teams, said(teams), "n")).toEqual({
    kind: "failed",
    why: "its address is no http:// or https:// URL",
    retryable: false,
  });
});

/** A mail server, and what came of mails whole. */
const mailServer = async (options: SMTPServerOptions) => {
  const mails: { readonly text: string; readonly to: readonly string[] }[] = [];
  const server = new SMTPServer({
    logger: false,
    ...options,
    onData: (stream, session, callback) => {
      let text = "";
      stream.setEncoding("utf8");
      stream.on("data", (part: string) => {
        text += part;
      });
      stream.on("end", () => {
        mails.push({ text, to: session.envelope.rcptTo.map(({ address }) => address) });
        callback();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { mails, at: `localhost:${(server.server.address() as AddressInfo).port}` };
};

const toMail = (server: string): Extract<AlertReceiver, { kind: "email" }> => ({
  kind: "email",
  severities,
  to: ["ops@example.org", "duty@example.org"],
  from: "Orrery <orrery@example.org>",
  server,
});

const day = 86_400_000;
const certificate = makeCertificate({
  commonName: "mail",
  hosts: ["localhost"],
  from: Date.now() - day,
  until: Date.now() + day,
});

test("a mail reaches all it is for, over TLS and signed in, and has the same id each time", async () => {
  const accounts: string[] = [];
  const { mails, at } = await mailServer({
    key: certificate.key,
    cert: certificate.pem,
    onAuth: ({ username, password }, session, callback) => {
      accounts.push(`${username} ${password === places["env:PASSWORD"]} ${session.secure}`);
      callback(null, { user: username });
    },
  });
  const receiver = { ...toMail(at), username: "orrery", password: secret("env:PASSWORD") };
  const { send } = sending({ authority: certificate.pem });
  expect(await send(receiver, said(receiver), "n-7")).toEqual({ kind: "sent" });
  expect(await send(receiver, said(receiver), "n-7")).toEqual({ kind: "sent" });
  expect(accounts).toEqual(["orrery true true", "orrery true true"]);
  expect(mails.map(({ to }) => to)).toEqual([receiver.to, receiver.to]);
  for (const { text } of mails) {
    expect(text).toContain("Message-ID: <n-7@example.org>");
    expect(text).toContain("Subject: [Orrery] FIRING (1): NodeDown, warning");
    expect(text).toContain("pve1 is unreachable");
    expect(text).toContain("Content-Type: text/html");
  }
});

test("a password is not given to a server without TLS, nor to one that nobody vouches for", async () => {
  const seen: string[] = [];
  const onAuth: SMTPServerOptions["onAuth"] = ({ username }, _, callback) => {
    seen.push(username ?? "");
    callback(null, { user: username });
  };
  const bare = await mailServer({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true, onAuth });
  const unknown = await mailServer({ key: certificate.key, cert: certificate.pem, onAuth });
  const { send } = sending({ waitsMs: [] });
  for (const { at } of [bare, unknown]) {
    const receiver = { ...toMail(at), username: "orrery", password: secret("env:PASSWORD") };
    expect(await send(receiver, said(receiver), "n")).toMatchObject({ kind: "failed" });
  }
  expect(seen).toEqual([]);
});

test("a mail server says whether it is worth trying again", async () => {
  const refusal = (code: number): SMTPServerOptions => ({
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo: (_, __, callback) => callback(Object.assign(new Error("not now"), { responseCode: code })),
  });
  const [busy, refusing] = await Promise.all([mailServer(refusal(450)), mailServer(refusal(550))]);
  const { send, waits } = sending();
  expect(await send(toMail(busy.at), said(toMail(busy.at)), "n")).toMatchObject({
    why: `${busy.at} answered 450 (EENVELOPE)`,
    retryable: true,
  });
  expect(waits).toEqual([1000, 4000]);
  expect(await send(toMail(refusing.at), said(toMail(refusing.at)), "n")).toMatchObject({ retryable: false });
  expect(await send(toMail("localhost:1"), said(toMail("localhost:1")), "n")).toMatchObject({
    why: expect.stringMatching(/^localhost:1 cannot be reached: E/),
    retryable: true,
  });
});
