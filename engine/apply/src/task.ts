import { type Clock, type Proxmox, PveError, type PveVersion, parseUpid, type TaskEnd } from "@orrery/contract";

export type AnyPve = Pick<Proxmox<PveVersion>, "version" | "request" | "follow">;

export type TaskTold = {
  readonly line: (text: string) => void;
  readonly share: (share: number) => void;
};

/** Between two looks at a task: at first often, for most are short. Milliseconds. */
const polls = { first: 250, forMs: 2500, later: 1500 };
/** A task that lasts so long has its log read while it runs. Milliseconds. */
const logAfterMs = 3000;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** How much is done by a line of a log: `transferred 1.5 GiB of 32.0 GiB (4.69%)`, `progress 23% (…)`. */
const shareIn = (line: string): number | undefined => {
  const found = /(\d{1,3}(?:\.\d+)?) ?%/.exec(line)?.[1];
  const share = Number(found) / 100;
  return found === undefined || share > 1 ? undefined : share;
};

/** Reads a log bit by bit. */
class Log {
  readonly #pve: AnyPve;
  readonly #upid: string;
  readonly #told: TaskTold;
  #next = 0;
  #last = "";

  constructor(pve: AnyPve, upid: string, told: TaskTold) {
    this.#pve = pve;
    this.#upid = upid;
    this.#told = told;
  }

  get last(): string {
    return this.#last;
  }

  /** Tells the lines that are new. A log that cannot be read now is read later, or never: the task goes on. */
  async read(): Promise<void> {
    const node = parseUpid(this.#upid)?.node ?? "";
    const parameters = { node, upid: this.#upid, start: this.#next, limit: 500 };
    try {
      const { data } = await this.#pve.request("GET", "/nodes/{node}/tasks/{upid}/log", parameters);
      for (const row of Array.isArray(data) ? data : []) this.#tell(row);
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
    }
  }

  #tell(row: unknown): void {
    const { n, t } = isRecord(row) ? row : {};
    if (typeof n !== "number" || typeof t !== "string" || n <= this.#next || t === "no content") return;
    this.#next = n;
    this.#last = t;
    this.#told.line(t);
    const share = shareIn(t);
    if (share !== undefined) this.#told.share(share);
  }
}

/** Follows a task to its end, with its log where it takes its time or goes wrong. */
export const followTask = async (pve: AnyPve, clock: Clock, upid: string, told: TaskTold): Promise<TaskEnd> => {
  const log = new Log(pve, upid, told);
  const began = clock.monotonic();
  const end = async (pollMs: number, withinMs: number): Promise<TaskEnd | undefined> => {
    try {
      return await pve.follow(upid, { pollMs, withinMs }).end();
    } catch (error) {
      if (error instanceof PveError && error.kind === "deadline") return undefined;
      throw error;
    }
  };
  let ended = await end(polls.first, polls.forMs);
  while (ended === undefined) {
    if (clock.monotonic() - began >= logAfterMs) await log.read();
    ended = await end(polls.later, polls.later * 2);
  }
  if (ended.kind === "ok" && clock.monotonic() - began < logAfterMs) return ended;
  await log.read();
  return ended;
};
