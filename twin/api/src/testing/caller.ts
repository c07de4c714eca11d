import { advanceTo, type World } from "@orrery/twin-world";
import { newCsrfToken, newTicket } from "../access/ticket.ts";
import { writeAnswer } from "../answer-text.ts";
import { dispatch } from "../dispatch.ts";
import { loadMethods } from "../methods.ts";
import { type Twin, twinOf } from "../twin.ts";

await loadMethods();

export type Answered = {
  readonly status: number;
  readonly reason: string;
  readonly data: unknown;
  readonly errors: Readonly<Record<string, string>>;
  readonly changes: string;
};

/** Speaks with the twin of a world as a user with a ticket. */
export class Caller {
  readonly twin: Twin;
  readonly userid: string;
  readonly node: string;

  constructor(world: World, { userid = "root@pam", node = "pve1" } = {}) {
    this.twin = twinOf(world, "test");
    this.userid = userid;
    this.node = node;
  }

  ask(method: string, path: string, parameters: Readonly<Record<string, unknown>> = {}): Answered {
    const credentials = {
      kind: "ticket" as const,
      ticket: newTicket(this.twin, this.userid),
      csrf: newCsrfToken(this.twin, this.userid),
    };
    const answer = dispatch(this.twin, { method, path, parameters, credentials, node: this.node });
    const { status, reason, body } = writeAnswer(answer, "json");
    const parsed = JSON.parse(body || "{}");
    return { status, reason, data: parsed.data, errors: parsed.errors ?? {}, changes: parsed.changes ?? "" };
  }

  get(path: string, parameters: Readonly<Record<string, unknown>> = {}): Answered {
    return this.ask("GET", path, parameters);
  }

  post(path: string, parameters: Readonly<Record<string, unknown>> = {}): Answered {
    return this.ask("POST", path, parameters);
  }

  put(path: string, parameters: Readonly<Record<string, unknown>> = {}): Answered {
    return this.ask("PUT", path, parameters);
  }

  remove(path: string, parameters: Readonly<Record<string, unknown>> = {}): Answered {
    return this.ask("DELETE", path, parameters);
  }

  /** Calls what starts a worker, lets it end, and answers the path of its task. */
  work(method: string, path: string, parameters: Readonly<Record<string, unknown>> = {}): string {
    const upid = String(this.ask(method, path, parameters).data);
    this.wait(60);
    return `/nodes/${upid.split(":")[1] ?? ""}/tasks/${upid}`;
  }

  /** Lets time pass in the world. */
  wait(seconds: number): void {
    advanceTo(this.twin.world, this.twin.world.now + seconds * 1000);
  }
}
