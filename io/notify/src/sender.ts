import type { Delivery, Message, Notifier } from "@orrery/alerting";
import type { Clock } from "@orrery/contract";
import type { AlertReceiver, Secret } from "@orrery/model";
import { Agent, type Dispatcher } from "undici";
import type { Attempt } from "./attempt.ts";
import { type MailServer, mail } from "./mail.ts";
import { post } from "./post.ts";
import { signed } from "./signature.ts";

export type Sending = {
  readonly clock: Pick<Clock, "now" | "sleep">;
  /** Reads a secret by its place, `env:NAME` or `file:/path`; undefined where there is none. */
  readonly secrets: (place: string) => Promise<string | undefined>;
  /** PEM: an authority that receivers' certificates may come from, instead of the public ones. */
  readonly authority?: string;
  /** Milliseconds for one try. Default 10,000. */
  readonly withinMs?: number;
  /** Milliseconds between tries, so many and one. Default one second, then four. */
  readonly waitsMs?: readonly number[];
};

/** No wait within one sending is longer than this, whatever the other side asks for. Milliseconds. */
const longestWaitMs = 15_000;

class NoSecret extends Error {}

/** Reads secrets, and takes them out of what is told. */
class Secrets {
  readonly #read: Sending["secrets"];
  readonly #known: string[] = [];

  constructor(read: Sending["secrets"]) {
    this.#read = read;
  }

  async of({ from }: Secret): Promise<string> {
    const found = await this.#read(from);
    if (found === undefined || found === "") throw new NoSecret(`there is no secret at ${from}`);
    this.#known.push(found);
    return found;
  }

  withoutThem(text: string): string {
    return this.#known.reduce((told, secret) => told.replaceAll(secret, "…"), text);
  }
}

const mailServerOf = async (
  receiver: Extract<AlertReceiver, { kind: "email" }>,
  secrets: Secrets,
  authority: string | undefined,
): Promise<MailServer> => {
  const { server, username, password } = receiver;
  return {
    server,
    ...(username === undefined || password === undefined
      ? {}
      : { account: { user: username, pass: await secrets.of(password) } }),
    ...(authority === undefined ? {} : { authority }),
  };
};

/** Sends messages over the network, each a few times where it does not get through. Closed, it lets go of what is under way. */
export const sender = ({
  clock,
  secrets: read,
  authority,
  withinMs = 10_000,
  waitsMs = [1000, 4000],
}: Sending): Notifier & { readonly close: () => Promise<void> } => {
  const through: Dispatcher = new Agent(authority === undefined ? {} : { connect: { ca: authority } });

  const attempting = async (
    receiver: AlertReceiver,
    message: Message,
    id: string,
    secrets: Secrets,
  ): Promise<() => Promise<Attempt>> => {
    if (message.kind === "email") {
      if (receiver.kind !== "email") return () => Promise.resolve({ kind: "refused", why: "it takes no mail" });
      const server = await mailServerOf(receiver, secrets, authority);
      return () => mail(message, server, id, withinMs);
    }
    const url = typeof message.url === "string" ? message.url : await secrets.of(message.url);
    const bearer = message.token === undefined ? undefined : await secrets.of(message.token);
    const key = message.signedWith === undefined ? undefined : await secrets.of(message.signedWith);
    const body = JSON.stringify(message.body);
    return () => {
      const headers = {
        "idempotency-key": id,
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(key === undefined ? {} : signed(id, clock.now(), body, key)),
      };
      return post({ url, body, headers }, withinMs, through);
    };
  };

  const tried = async (attempt: () => Promise<Attempt>): Promise<Delivery> => {
    for (let place = 0; ; place += 1) {
      const came = await attempt();
      if (came.kind === "sent") return came;
      if (came.kind === "refused") return { kind: "failed", why: came.why, retryable: false };
      const wait = waitsMs[place];
      if (wait === undefined) return { kind: "failed", why: came.why, retryable: true };
      await clock.sleep(Math.min(longestWaitMs, Math.max(wait, came.afterMs ?? 0)));
    }
  };

  return {
    send: async (receiver, message, id) => {
      const secrets = new Secrets(read);
      try {
        const delivery = await tried(await attempting(receiver, message, id, secrets));
        return delivery.kind === "sent" ? delivery : { ...delivery, why: secrets.withoutThem(delivery.why) };
      } catch (error) {
        if (error instanceof NoSecret) return { kind: "failed", why: error.message, retryable: true };
        return {
          kind: "failed",
          why: `it could not be sent: ${error instanceof Error ? error.name : "unknown"}`,
          retryable: false,
        };
      }
    },
    close: () => through.destroy(),
  };
};
